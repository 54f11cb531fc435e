#!/usr/bin/env bash
# private-systemd.sh [--rw DIR]... [--host-net] [--env NAME]... -- COMMAND [ARGUMENT]...
#
# Runs a command under a systemd of its own: PID 1 of fresh namespaces, over a throw-away copy of this machine's files,
# with a system bus and a journal. Gives back the command's output and exit status; nothing stays behind.
#
#   --rw DIR     DIR is this machine's own and writable; other writes vanish
#   --host-net   this machine's network instead of a lone loopback
#   --env NAME   hands the variable on, as PATH, HOME and LANG always are
#
# Exits 77 where it cannot work: it needs root, systemd and dbus.
set -uo pipefail

skip() {
    echo "private-systemd: $1" >&2
    exit 77
}
usage() {
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    exit 64
}

writable=()
variables=(PATH HOME LANG)
network=(--net)
while [ $# -gt 0 ]; do
    case $1 in
    --rw | --env)
        [ $# -gt 1 ] || usage
        if [ "$1" = --env ]; then
            variables+=("$2")
        else
            folder=$(realpath -e -- "$2") || exit 64
            writable+=("$folder")
        fi
        shift 2
        ;;
    --host-net)
        network=()
        shift
        ;;
    --)
        shift
        break
        ;;
    *) usage ;;
    esac
done
[ $# -gt 0 ] || usage

[ "$(id -u)" = 0 ] || skip 'needs root'
systemd=
for candidate in /usr/lib/systemd/systemd /lib/systemd/systemd; do
    [ -x "$candidate" ] && systemd=$candidate && break
done
[ -n "$systemd" ] || skip 'needs systemd (apt-get install systemd dbus)'
for needed in dbus-daemon systemd-run nsenter unshare setpriv setsid findmnt; do
    command -v "$needed" >/dev/null || skip "needs $needed (apt-get install systemd dbus util-linux)"
done
unshare --mount --pid --fork --uts --ipc --cgroup "${network[@]}" true 2>/dev/null ||
    skip 'may not make namespaces here'

boot=$(cat /proc/sys/kernel/random/uuid)
work=/tmp/private-systemd.$boot

# One process clears up, however this one ends, SIGKILL included: it waits for the end of a pipe that only this process
# holds, so everything started below must close that pipe.
# shellcheck disable=SC2016 # the words are for the shell that runs them
clear_up='
    work=$1 boot=$2
    read -r _
    pid=$(cat "$work/pid" 2>/dev/null)
    if [ -n "$pid" ] && grep -qs "^container=private-systemd" <(tr "\0" "\n" 2>/dev/null <"/proc/$pid/environ"); then
        # Units that are stopped take their sockets and temporary folders along.
        timeout -k 1 5 nsenter -t "$pid" -m -p -u -i -C -- systemctl isolate private.target >"$work/stop.log" 2>&1
    fi
    supervisor=$(cat "$work/supervisor" 2>/dev/null)
    # The supervisor ends with its PID 1, and reaps it.
    kill -KILL ${pid:-$supervisor}
    for _ in $(seq 300); do
        # A zombie has no program.
        [ -e "/proc/$pid/exe" ] || [ -e "/proc/$supervisor/exe" ] || break
        sleep 0.01
    done
    while read -r group; do
        for _ in $(seq 100); do
            find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
            [ -d "$group" ] || break
            sleep 0.02
        done
    done <"$work/groups"
    boot=$(echo "$boot" | tr -d -)
    rm -rf /tmp/systemd-private-"$boot"-* /var/tmp/systemd-private-"$boot"-* "$work"
'
exec 9> >(exec setsid bash -c "$clear_up" clear-up "$work" "$boot" >/dev/null 2>&1)
cleaner=$!
# shellcheck disable=SC2317 # a trap calls it
leave() {
    exec 9>&-
    wait "$cleaner" 2>/dev/null
}
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Only now, so that whatever exists has somebody to clear it up.
mkdir -m 700 "$work" || exit 70
mkdir "$work/given" # what the inside reads of this folder, at /run/private-systemd
echo "$boot" >"$work/given/boot_id"
: >"$work/groups"

fail() {
    echo "private-systemd: $1" >&2
    cat "$work/boot.log" >&2
    exit 70
}

# A child of this process's own control group in every hierarchy. Without named hierarchies there is only cgroup2, where
# a group that has processes hands no controller down, so the child goes below the nearest ancestor that can.
make_groups() {
    local controllers path top group
    while IFS=: read -r _ controllers path; do
        case $controllers in
        cpuset) continue ;; # systemd does not manage that one
        '')
            top=/sys/fs/cgroup/unified
            [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] && top=/sys/fs/cgroup
            ;;
        *) top=/sys/fs/cgroup/${controllers#name=} ;;
        esac
        [ -d "$top" ] || continue
        group=$top${path%/}
        if [ "$top" = /sys/fs/cgroup ]; then
            while ! hands_down "$group" && [ "$group" != "$top" ]; do group=${group%/*}; done
        fi
        group=$group/private-systemd-$$
        # First the name, then the group, so that none is ever left unnamed.
        echo "$group" >>"$work/groups"
        mkdir "$group"
    done </proc/self/cgroup
}
hands_down() {
    local controller
    for controller in cpu memory pids; do
        echo "+$controller" >"$1/cgroup.subtree_control"
    done 2>/dev/null
    grep -qw memory "$1/cgroup.subtree_control"
}
make_groups

# The command travels as a file: systemd would expand `$` in arguments.
{
    for name in "${variables[@]}"; do
        [ -n "${!name+set}" ] && printf 'export %s=%q\n' "$name" "${!name}"
    done
    printf 'cd -- %q || exit 70\nexec' "$PWD"
    printf ' %q' "$@"
    echo
} >"$work/given/command"

# systemd-run tells no signal from a plain exit, so the unit notes how its command ended.
# shellcheck disable=SC2016
echo 'echo "$EXIT_CODE $EXIT_STATUS" >/run/private-systemd.status' >"$work/given/finish"

cat >"$work/inside.sh" <<'INSIDE'
set -eu
work=$1 systemd=$2
shift 2
root=$work/root
mkdir "$root" "$work/layers"
mount -t tmpfs -o mode=755 layers "$work/layers"
mkdir "$work/layers/upper" "$work/layers/work" "$work/layers/lower"
mount --bind / "$work/layers/lower"
mount -t overlay overlay "$root" \
    -o "lowerdir=$work/layers/lower,upperdir=$work/layers/upper,workdir=$work/layers/work"

# Other file systems of this machine, to be read only: a toolchain or a home folder may be on one.
findmnt -rno TARGET,FSTYPE | while read -r target type; do
    case $target in / | /proc* | /sys* | /dev* | /run* | /tmp* | *\\x*) continue ;; esac
    case $type in tmpfs | proc | sysfs | devpts | mqueue | cgroup* | autofs | bpf | debugfs | tracefs) continue ;; esac
    if [ -d "$target" ]; then mkdir -p "$root$target"; elif [ ! -e "$root$target" ]; then continue; fi
    mount --bind -o ro "$target" "$root$target" || true
done
for folder; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
done

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
# A boot id of its own tells its temporary folders from those of another one beside it.
mount --bind "$work/given/boot_id" "$root/proc/sys/kernel/random/boot_id"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"

groups=$root/sys/fs/cgroup
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$groups"
else
    mount -t tmpfs -o mode=755 groups "$groups"
    mkdir "$groups/systemd"
    mount -t cgroup -o none,name=systemd,xattr cgroup "$groups/systemd"
    while IFS=: read -r _ controllers _; do
        case $controllers in
        cpuset | name=*) continue ;;
        '') mkdir "$groups/unified" && mount -t cgroup2 cgroup2 "$groups/unified" ;;
        *) mkdir "$groups/$controllers" && mount -t cgroup -o "$controllers" cgroup "$groups/$controllers" ;;
        esac
    done </proc/self/cgroup
fi

mount -t tmpfs -o mode=755,nosuid devices "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
for device in null zero full random urandom tty fuse kvm \
    nvidiactl nvidia-uvm nvidia-uvm-tools nvidia-modeset nvidia{0..7}; do
    [ -c "/dev/$device" ] || continue
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
: >"$root/dev/console"
mount --bind /dev/null "$root/dev/console"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
mount -t mqueue mqueue "$root/dev/mqueue"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"

mount -t tmpfs -o mode=755 run "$root/run"
mkdir -p "$root/run/lock" "$root/run/private-systemd"
mount --bind "$work/given" "$root/run/private-systemd"
mount -o remount,bind,ro "$root/run/private-systemd"
units=$root/run/systemd/system
mkdir -p "$units/systemd-tmpfiles-setup.service.d" "$root/run/systemd/journald.conf.d" "$root/etc/systemd/system"
cat >"$units/private.target" <<'UNIT'
[Unit]
DefaultDependencies=no
Requires=sysinit.target dbus.socket dbus.service
After=sysinit.target dbus.socket dbus.service
AllowIsolate=yes
UNIT
# All of tmpfiles' rules would empty temporary folders, which may be this machine's.
cat >"$units/systemd-tmpfiles-setup.service.d/run-only.conf" <<'UNIT'
[Service]
ExecStart=
ExecStart=systemd-tmpfiles --create --boot --prefix=/run
UNIT
printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\nForwardToSyslog=no\n' \
    >"$root/run/systemd/journald.conf.d/volatile.conf"
for unit in tmp.mount systemd-tmpfiles-clean.timer; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
rm -rf "$root/var/log/journal" "$root/etc/machine-id"
tr -d - <"$work/given/boot_id" >"$root/etc/machine-id"
: >"$root/etc/fstab"
hostname private

cd "$root"
mkdir -p .outside
pivot_root . .outside
umount -l /.outside
rmdir /.outside
exec setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio --inh-caps=-all \
    env -i container=private-systemd PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 \
    "$systemd" --system --unit=private.target --show-status=no --log-target=journal
INSIDE

# shellcheck disable=SC2016
setpriv --pdeathsig KILL \
    unshare --pid --fork --kill-child --mount --propagation private --uts --ipc "${network[@]}" -- \
    bash -c '
        while read -r group; do echo 0 >"$group/cgroup.procs"; done <"$1/groups"
        exec unshare --cgroup -- bash "$1/inside.sh" "$@"' \
    enter "$work" "$systemd" "${writable[@]}" </dev/null >"$work/boot.log" 2>&1 9>&- &
supervisor=$!
echo "$supervisor" >"$work/supervisor"

pid=
for _ in $(seq 1500); do
    kill -0 "$supervisor" 2>/dev/null || fail 'systemd ended while it booted:'
    [ -n "$pid" ] || pid=$(cat "/proc/$supervisor/task/$supervisor/children" 2>/dev/null)
    pid=${pid%% *}
    if [ -n "$pid" ]; then
        echo "$pid" >"$work/pid"
        [ -S "/proc/$pid/root/run/systemd/private" ] && break
    fi
    sleep 0.02
done
inside=(nsenter -t "$pid" -m -p -u -i -C)
[ ${#network[@]} -eq 0 ] || inside+=(-n)
state=$(timeout 60 "${inside[@]}" systemctl --wait is-system-running 2>>"$work/boot.log" 9>&-)
case $state in
running | degraded) ;;
*) fail "systemd did not come up: ${state:-no answer}" ;;
esac

# In the background, because a shell minds no signal while it waits for a foreground process.
"${inside[@]}" systemd-run --quiet --wait --pipe --service-type=exec --unit=private-command \
    -p Delegate=yes -p OOMPolicy=continue -p TasksMax=infinity -p TimeoutStartSec=infinity -p TimeoutStopSec=5 \
    -p "LimitNOFILE=$(ulimit -Sn):$(ulimit -Hn)" --collect \
    -p 'ExecStopPost=/bin/bash /run/private-systemd/finish' -- /bin/bash /run/private-systemd/command <&0 9>&- &
wait "$!"
status=$?
if read -r how value <"/proc/$pid/root/run/private-systemd.status"; then
    status=$value
    [ "$how" = exited ] || status=$((128 + $(kill -l "$value")))
fi 2>/dev/null
exit "$status"
