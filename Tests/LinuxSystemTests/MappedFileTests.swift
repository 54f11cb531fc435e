import Glibc
import LinuxSystem
import TestSupport
import Testing

struct MappedFileTests {
    private func isMapped(_ path: String) throws -> Bool {
        try CommandRun(["cat", "/proc/\(getpid())/maps"], in: repositoryRoot).text.contains(path)
    }

    @Test(arguments: [1, 4095, 4096, 4097, 3 << 20])
    func theBytesAreTheFiles(count: Int) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator()
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let path = try folder.write(bytes, to: "file")
        for population in [MappedFile.Population.onDemand, .immediate] {
            let file = try MappedFile(path: path, population: population)
            #expect(file.count == count)
            #expect(file.bytes.elementsEqual(bytes), "\(generator)")
        }
    }

    @Test(arguments: [MappedFile.Population.onDemand, .immediate])
    func anEmptyFileHasNoBytes(population: MappedFile.Population) throws {
        let folder = try TemporaryFolder()
        let file = try MappedFile(path: folder.write([], to: "empty"), population: population)
        #expect(file.count == 0)
        #expect(file.bytes.isEmpty)
    }

    @Test func aCopyNeedsNoFile() throws {
        let copy = try MappedFile(copying: (0...255).map { UInt8($0) })
        #expect(copy.bytes.elementsEqual(0...255))
        #expect(try MappedFile(copying: [UInt8]()).bytes.isEmpty)
    }

    @Test func aMappingOutlivesDescriptorAndName() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([7, 8, 9], to: "file")
        let file: MappedFile
        do {
            let descriptor = try FileDescriptor.open(path, O_RDONLY)
            file = try MappedFile(descriptor)
        }
        #expect(unlink(path) == 0)
        #expect(Array(file.bytes) == [7, 8, 9])
    }

    @Test func aMappingEndsWithItsLastHolder() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([1], to: "file-that-is-mapped")
        var holders = [try MappedFile(path: path)]
        holders.append(holders[0])
        #expect(try isMapped(path))
        holders.removeLast()
        #expect(try isMapped(path))
        holders.removeLast()
        #expect(try !isMapped(path))
    }

    @Test func whatCannotBeMappedIsAnError() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: SystemError.self) { _ = try MappedFile(path: folder.path("missing")) }
        #expect(missing?.code == ENOENT)
        let directory = #expect(throws: SystemError.self) { _ = try MappedFile(path: folder.path) }
        #expect(directory?.step == "map")
    }
}
