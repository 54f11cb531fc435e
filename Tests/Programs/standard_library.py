"""Does what ordinary Python programs do with the standard library, and exits 0. It serves nothing.

It runs under a host's sandbox: where that refuses something in the usual way (a read-only folder, a missing
/dev/shm), the program goes on as a careful one does. What it must be able to do ends it when it fails.
"""

import asyncio
import contextlib
import ctypes
import faulthandler
import fcntl
import gc
import glob
import hashlib
import hmac
import http.client
import http.server
import importlib
import io
import json
import locale
import logging
import mmap
import multiprocessing
import os
import pathlib
import pwd
import queue
import random
import resource
import secrets
import select
import selectors
import shutil
import signal
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor


def threads() -> None:
    results: queue.Queue[int] = queue.Queue()
    lock = threading.Lock()
    event = threading.Event()

    def work(number: int) -> None:
        event.wait()
        with lock:
            results.put(number)

    running = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in running:
        thread.start()
    event.set()
    for thread in running:
        thread.join(timeout=10)
    assert sorted(results.get(timeout=1) for _ in running) == [0, 1, 2, 3]
    condition = threading.Condition()
    with condition:
        assert not condition.wait(timeout=0.01)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(len, ["a", "bc"])) == 3
    assert threading.get_native_id() > 0


def processes() -> None:
    subprocess.run(["/bin/true"], check=True)
    piped = subprocess.run(["/bin/cat"], input=b"text", capture_output=True, check=True, timeout=10)
    assert piped.stdout == b"text"
    # A session of its own and another folder take another way than the quick one.
    moved = subprocess.Popen(["/bin/true"], cwd="/", start_new_session=True, close_fds=True)
    assert moved.wait(timeout=10) == 0
    sleeper = subprocess.Popen(["/bin/sleep", "10"])
    sleeper.terminate()
    assert sleeper.wait(timeout=10) == -signal.SIGTERM
    child = os.fork()
    if child == 0:
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    spawned = os.posix_spawn("/bin/true", ["/bin/true"], {})
    assert os.waitstatus_to_exitcode(os.waitpid(spawned, 0)[1]) == 0
    waited = os.posix_spawn("/bin/true", ["/bin/true"], {})
    descriptor = os.pidfd_open(waited)
    assert os.waitid(os.P_PIDFD, descriptor, os.WEXITED).si_status == 0
    os.close(descriptor)
    assert shutil.which("true") is not None
    reader, writer = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=writer.send, args=({"a": 1},))
    process.start()
    assert reader.poll(10) and reader.recv() == {"a": 1}
    process.join()


def sockets() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        assert left.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) > 0
        left.sendall(b"one")
        assert right.recv(16) == b"one"
        left.sendmsg([b"two", b"three"])
        assert right.recvmsg(16)[0] == b"twothree"
        duplicate = os.dup(left.fileno())
        socket.send_fds(left, [b"f"], [duplicate])
        for descriptor in socket.recv_fds(right, 1, 1)[1]:
            os.close(descriptor)
        os.close(duplicate)
        right.settimeout(0.01)
        with contextlib.suppress(TimeoutError):
            right.recv(1)
        left.shutdown(socket.SHUT_WR)
        assert right.recv(1) == b""
    # An abstract address needs no folder to be written.
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(f"\0standard-library-{os.getpid()}")
        listener.listen()
        client.connect(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            client.send(b"hello")
            assert accepted.recv(5) == b"hello"
            assert len(accepted.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)) == 12
            assert client.getpeername()
    datagrams = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    datagrams[0].send(b"x")
    assert datagrams[1].recvfrom(1)[0] == b"x"
    for end in datagrams:
        end.close()


def internet() -> None:
    """There may be no network at all, or only the machine itself."""
    try:
        server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    except OSError:
        return
    with server:
        server.timeout = 1
        connection = http.client.HTTPConnection(*server.server_address, timeout=1)
        try:
            connection.connect()
        except OSError:
            return
        connection.close()
    with contextlib.suppress(OSError):
        socket.getaddrinfo("localhost", 80)


def waiting() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.write(writing, b"x")
    assert select.select([reading], [], [], 1)[0] == [reading]
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    assert poll.poll(1000)
    with select.epoll() as epoll:
        epoll.register(reading, select.EPOLLIN)
        assert epoll.poll(1)
        epoll.modify(reading, 0)
        epoll.unregister(reading)
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        assert selector.select(1)
    counter = os.eventfd(0)
    os.eventfd_write(counter, 3)
    assert os.eventfd_read(counter) == 3
    assert os.dup2(reading, counter, inheritable=False) == counter
    os.writev(writing, [b"y", b"z"])
    for descriptor in (reading, writing, counter):
        os.close(descriptor)
    time.sleep(0.001)
    assert time.monotonic() > 0 and time.process_time() > 0 and time.clock_getres(time.CLOCK_MONOTONIC) > 0
    assert time.localtime().tm_year > 2000


def signals() -> None:
    seen: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()
    signal.alarm(0)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    os.kill(os.getpid(), signal.SIGUSR2)
    assert signal.sigpending() == {signal.SIGUSR2}
    assert signal.sigtimedwait([signal.SIGUSR2], 1).si_signo == signal.SIGUSR2
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2])
    assert seen.count(signal.SIGUSR1) == 3 and signal.SIGALRM in seen
    # Its own stack for signals, as programs that report crashes have it.
    faulthandler.enable()
    faulthandler.disable()


def files() -> None:
    program = pathlib.Path(__file__)
    text = program.read_text()
    assert len(text.encode()) == os.stat(program).st_size
    folder = os.getcwd()
    os.listdir(folder)
    with os.scandir(folder) as entries:
        for entry in entries:
            entry.stat()
    os.readlink("/proc/self/exe")
    os.path.realpath(sys.executable)
    assert os.access(program, os.R_OK)
    glob.glob(os.path.join(folder, "*"))
    next(os.walk(folder))
    os.chdir(folder)
    with open(program, "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert mapped[:3] == b'"""'
            mapped.madvise(mmap.MADV_WILLNEED)
        os.pread(file.fileno(), 3, 0)
        file.seek(-1, os.SEEK_END)
        assert file.read() == b"\n"
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        os.readv(file.fileno(), [bytearray(2)])
        fcntl.flock(file, fcntl.LOCK_SH)
        fcntl.lockf(file, fcntl.LOCK_SH)
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
        os.fstat(file.fileno())
        assert not os.isatty(file.fileno())
    memory = mmap.mmap(-1, 1 << 20)
    memory[0] = 1
    memory.flush()
    memory.resize(2 << 20)
    memory.close()
    with contextlib.suppress(OSError):
        send_from_memory()
    shutil.disk_usage("/")
    os.statvfs("/")
    with open(os.devnull, "w") as nothing:
        nothing.write("x")
        nothing.flush()


def send_from_memory() -> None:
    """Files in memory count as files: a limit of their size forbids them."""
    in_memory = os.memfd_create("standard-library")
    reading, writing = os.pipe()
    try:
        os.ftruncate(in_memory, 4096)
        os.pwrite(in_memory, b"abc", 0)
        os.sendfile(writing, in_memory, 0, 3)
        assert os.read(reading, 3) == b"abc"
    finally:
        for descriptor in (in_memory, reading, writing):
            os.close(descriptor)


def call_back() -> None:
    """libffi needs memory to be executed: where that cannot be written, it maps a file in memory twice."""
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda number: number + 1)
    assert callback(1) == 2


def write_carefully() -> None:
    with open("notes.txt", "w") as file:
        file.write("x")
        file.flush()
        os.fsync(file.fileno())
        os.fdatasync(file.fileno())
        file.truncate()


def refused() -> None:
    """What a sandbox may refuse; a program lives with it."""
    attempts = [
        call_back,
        lambda: tempfile.TemporaryFile().close(),
        lambda: tempfile.TemporaryDirectory().cleanup(),
        lambda: pathlib.Path("cache").mkdir(),
        lambda: pathlib.Path("cache").rmdir(),
        lambda: open("notes.txt", "x").close(),
        write_carefully,
        lambda: os.rename("notes.txt", "other.txt"),
        lambda: os.symlink("other.txt", "link.txt"),
        lambda: os.unlink("link.txt"),
        lambda: os.chmod("other.txt", 0o600),
        lambda: os.utime("other.txt"),
        lambda: os.unlink("other.txt"),
        lambda: pathlib.Path.home().stat(),
        lambda: os.nice(1),
        lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
        lambda: multiprocessing.Lock(),
        lambda: pwd.getpwuid(os.getuid()),
        lambda: resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE)),
    ]
    for attempt in attempts:
        with contextlib.suppress(OSError, KeyError, RuntimeError, MemoryError):
            attempt()


def machine() -> None:
    assert os.getpid() > 0 and os.getppid() >= 0
    os.getuid(), os.geteuid(), os.getgid(), os.getegid(), os.getresuid(), os.getresgid(), os.getgroups()
    os.getpgid(0), os.getpgrp(), os.getsid(0)
    os.uname(), os.cpu_count(), os.sched_getaffinity(0), os.times(), os.getpriority(os.PRIO_PROCESS, 0)
    os.sysconf("SC_PHYS_PAGES"), os.umask(os.umask(0o022)), os.sched_yield()
    resource.getrusage(resource.RUSAGE_SELF), resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError):
        os.getloadavg()
    socket.gethostname(), locale.getpreferredencoding(), sys.getswitchinterval(), gc.collect()
    assert len(os.urandom(16)) == len(secrets.token_bytes(16)) == 16
    assert uuid.uuid4() != uuid.uuid4()
    random.seed(1)
    assert 0 <= random.random() < 1


def computing() -> None:
    assert json.loads(json.dumps({"a": [1, 2.5, None, "ä"]}))["a"][3] == "ä"
    assert hashlib.sha256(b"abc").hexdigest().startswith("ba7816bf")
    assert hashlib.pbkdf2_hmac("sha256", b"a", b"b", 10) and hmac.digest(b"k", b"m", "sha256")
    assert zlib.decompress(zlib.compress(b"abc" * 1000)) == b"abc" * 1000
    assert struct.unpack("<I", struct.pack("<I", 7)) == (7,)
    importlib.import_module("decimal")
    assert ctypes.CDLL(None).abs(-3) == 3
    log = io.StringIO()
    logger = logging.getLogger("standard-library")
    logger.addHandler(logging.StreamHandler(log))
    logger.warning("something")
    assert log.getvalue() == "something\n"
    with sqlite3.connect(":memory:") as database:
        database.execute("create table numbers (number integer)")
        database.executemany("insert into numbers values (?)", [(number,) for number in range(1000)])
        assert database.execute("select sum(number) from numbers").fetchone() == (499500,)
    database.close()
    context = ssl.create_default_context()
    assert context.verify_mode == ssl.CERT_REQUIRED and ssl.RAND_bytes(8)
    # Enough memory that it comes from the system and goes back to it.
    large = bytearray(64 << 20)
    large.extend(b"x" * (1 << 20))
    del large


async def concurrently() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"\0standard-library-asyncio-{os.getpid()}")
    address = listener.getsockname()
    async with await asyncio.start_unix_server(serve, sock=listener):
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, address)
        reader, writer = await asyncio.open_unix_connection(sock=client)
        writer.write(b"line\n")
        assert await reader.readline() == b"line\n"
        writer.close()
    assert await asyncio.to_thread(len, "abc") == 3
    await asyncio.gather(asyncio.sleep(0.001), asyncio.sleep(0.002))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: None)
    process = await asyncio.create_subprocess_exec("/bin/echo", "a", stdout=subprocess.PIPE)
    assert (await process.communicate())[0] == b"a\n"


def main() -> None:
    # Whoever starts this may have blocked some.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for part in (
        threads, processes, sockets, internet, waiting, signals, files, refused, machine, computing,
    ):
        part()
    asyncio.run(concurrently())


if __name__ == "__main__":
    main()
