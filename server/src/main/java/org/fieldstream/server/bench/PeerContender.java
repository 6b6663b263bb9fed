package org.fieldstream.server.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Another program on the same target. */
final class PeerContender implements Contender {
  static final String NAME = "peer";

  /** Later turns are shorter by this; the first one is long, for tau_int. */
  private static final int SHORTER = 6;

  private final Peer peer;
  private final LatticeTarget target;
  private final Settings settings;
  private Peer.@Nullable Run first;

  PeerContender(Peer peer, LatticeTarget target, Settings settings) {
    this.peer = peer;
    this.target = target;
    this.settings = settings;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void warmUp() {
    // It comes compiled.
  }

  @Override
  public double turn(int round) {
    int trajectories = settings.peerTrajectories(target.sites()) / (round == 1 ? 1 : SHORTER);
    Peer.Run run = peer.run(target, trajectories);
    first = first == null ? run : first;
    return run.perCpuSecond();
  }

  @Override
  public void lengthen() {
    // What the first turn was long for.
  }

  @Override
  public BenchRow row(Rate rate) {
    Peer.Run run = first;
    if (run == null) {
      throw new IllegalStateException("row: before the first turn (expected: after)");
    }
    Quality tau = new Quality.TwoTau(2 * run.tauInt(), 2 * run.tauIntError(), run.slowest());
    String choice =
        String.format(
            Locale.ROOT,
            "trajectories of %d leapfrog steps; acceptance %.3f",
            Peer.steps(target),
            run.acceptance());
    return new BenchRow(NAME, BenchRow.Kind.PEER, rate, tau, Double.NaN, choice);
  }

  @Override
  public void close() {
    // Each of its runs has ended.
  }
}
