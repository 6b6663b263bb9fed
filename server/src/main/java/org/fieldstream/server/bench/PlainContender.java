package org.fieldstream.server.bench;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.chain.PlainTrajectories;

/** The peer's own algorithm on the service's machine: trajectories per CPU-second only. */
final class PlainContender implements AutoCloseable {
  private final PlainTrajectories chains;
  private final Settings settings;

  PlainContender(LatticeTarget target, Settings settings, Machine machine) {
    chains = new PlainTrajectories(target.target(), Peer.steps(target), settings.seed(), machine);
    this.settings = settings;
  }

  void warmUp() {
    run(settings.warmUpSeconds() / 3);
  }

  /** Trajectories per CPU-second. */
  double turn() {
    return run(settings.turnSeconds());
  }

  private double run(double cpuSeconds) {
    double start = CpuClock.seconds();
    double spent = 0;
    long steps = 0;
    while (spent < cpuSeconds) {
      chains.advance();
      steps++;
      spent = CpuClock.seconds() - start;
    }
    return steps * chains.chains() / spent;
  }

  /** Mean acceptance, for a person to see that it is the same algorithm. */
  double acceptance() {
    return chains.acceptance();
  }

  @Override
  public void close() {
    chains.close();
  }
}
