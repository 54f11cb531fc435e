import CSystemd
import Glibc
import LinuxSystem

/// The connection to the machine's service manager over the system bus. The C type is `sd_bus`.
final class Bus {
    private let pointer: OpaquePointer

    /// Connects, and asks for the signals of units.
    ///
    /// - Throws: ``SystemError``.
    init() throws(SystemError) {
        var pointer: OpaquePointer?
        let result = sd_bus_open_system(&pointer)
        guard result >= 0, let pointer else {
            throw SystemError("connect to", "the system bus", code: -result)
        }
        self.pointer = pointer
        for match in [
            "type='signal',sender='\(Self.manager)',interface='org.freedesktop.DBus.Properties',path_namespace='/org/freedesktop/systemd1/unit'",
            "type='signal',sender='\(Self.manager)',interface='\(Self.managerInterface)',member='JobRemoved'",
            "type='signal',sender='\(Self.manager)',interface='\(Self.managerInterface)',member='UnitRemoved'",
        ] {
            let call = try message(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch")
            try call.append(match)
            _ = try self.call(call)
        }
        _ = try self.call(managerCall("Subscribe"))
    }

    deinit { sd_bus_flush_close_unref(pointer) }

    static let manager = "org.freedesktop.systemd1"
    static let managerInterface = "org.freedesktop.systemd1.Manager"

    /// Polls readable when something waits.
    var descriptor: CInt { sd_bus_get_fd(pointer) }

    /// A call of a method of systemd's manager.
    ///
    /// - Throws: ``SystemError``.
    func managerCall(_ member: String) throws(SystemError) -> BusMessage {
        try message(Self.manager, "/org/freedesktop/systemd1", Self.managerInterface, member)
    }

    /// systemd's version, such as 252.
    ///
    /// - Throws: ``SystemError``.
    func systemdVersion() throws(SystemError) -> Int {
        var text: UnsafeMutablePointer<CChar>?
        let result = sd_bus_get_property_string(
            pointer, Self.manager, "/org/freedesktop/systemd1", Self.managerInterface, "Version", nil, &text)
        guard result >= 0, let text else {
            throw SystemError("ask systemd for", "its version", code: -result)
        }
        defer { free(text) }
        return Int(String(cString: text).prefix { $0.isNumber }) ?? 0
    }

    /// The processor time that a service has used, in microseconds; nil where it is not known.
    func processorTime(of service: String) -> Int? {
        var nanoseconds: UInt64 = 0
        let result = sd_bus_get_property_trivial(
            pointer, Self.manager, UnitName.path(of: service), "org.freedesktop.systemd1.Service",
            "CPUUsageNSec", nil,
            CChar(UInt8(ascii: "t")), &nanoseconds)
        return result >= 0 && nanoseconds != .max ? Int(nanoseconds / 1000) : nil
    }

    /// Sends a call whose answer is awaited here and now.
    ///
    /// - Throws: ``SystemError``.
    func call(_ call: borrowing BusMessage) throws(SystemError) -> BusMessage {
        var reply: OpaquePointer?
        let result = sd_bus_call(pointer, call.pointer, 0, nil, &reply)
        guard result >= 0, let reply else { throw SystemError("call", "systemd", code: -result) }
        return BusMessage(owning: reply)
    }

    /// Sends a call whose answer is one of the ``next()`` messages.
    ///
    /// - Returns: the number that the answer carries.
    /// - Throws: ``SystemError``.
    func send(_ call: borrowing BusMessage) throws(SystemError) -> UInt64 {
        var cookie: UInt64 = 0
        let result = sd_bus_send(pointer, call.pointer, &cookie)
        guard result >= 0 else { throw SystemError("send a message to", "systemd", code: -result) }
        sd_bus_flush(pointer)
        return cookie
    }

    /// What one step of the connection brought.
    enum Step: ~Copyable {
        case message(BusMessage)
        case again
        case nothing
        case end
    }

    /// Takes the next message.
    func next() -> Step {
        var message: OpaquePointer?
        let result = sd_bus_process(pointer, &message)
        if result < 0 { return .end }
        if let message { return .message(BusMessage(owning: message)) }
        return result == 0 ? .nothing : .again
    }

    private func message(
        _ destination: String, _ path: String, _ interface: String, _ member: String
    ) throws(SystemError) -> BusMessage {
        var message: OpaquePointer?
        let result = sd_bus_message_new_method_call(pointer, &message, destination, path, interface, member)
        guard result >= 0, let message else {
            throw SystemError("make a message for", "systemd", code: -result)
        }
        return BusMessage(owning: message)
    }
}

extension BusMessage {
    /// The number of the call that this answers; nil where it answers none.
    var replyCookie: UInt64? {
        var cookie: UInt64 = 0
        return sd_bus_message_get_reply_cookie(pointer, &cookie) >= 0 ? cookie : nil
    }

    /// What an answer says went wrong.
    var failure: String? {
        guard sd_bus_message_is_method_error(pointer, nil) > 0, let error = sd_bus_message_get_error(pointer)
        else {
            return nil
        }
        let name = error.pointee.name.map { String(cString: $0) } ?? "an error without a name"
        return error.pointee.message.map { String(cString: $0) } ?? name
    }

    /// What failed, as an error number.
    var failureCode: CInt { sd_bus_message_get_errno(pointer) }

    /// The object that a signal is about.
    var path: String? { sd_bus_message_get_path(pointer).map { String(cString: $0) } }

    /// A signal's name; nil for anything else.
    var signal: String? {
        guard sd_bus_message_is_signal(pointer, nil, nil) > 0 else { return nil }
        return sd_bus_message_get_member(pointer).map { String(cString: $0) }
    }
}
