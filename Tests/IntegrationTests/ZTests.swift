import Testing
@Test func zz() async throws { 
let t0 = ContinuousClock.now; 
do { let folder = try HostFolder(); print("F", ContinuousClock.now - t0)
do { let host = try await RunningHost(in: folder); print("H", ContinuousClock.now - t0); try await host.process.killNow(); print("K", ContinuousClock.now - t0) }
 print("R", ContinuousClock.now - t0)}
print("D", ContinuousClock.now - t0) }
