package org.fieldstream.server.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * Measures a flow, the service's HMC and a peer on the same target, in turns, so that what else the
 * machine does hits all alike. All rates are per CPU-second.
 */
public final class Bench {
  private static final int PEER_SHORTER = 6;

  private final Machine machine;
  private final Settings settings;
  private final Model.Chains hmc;
  private final @Nullable Peer peer;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param hmc the Markov chain to compare with
   * @param peer another program to compare with; null for none
   * @param progress is told what is being done, a line at a time
   */
  public Bench(
      Machine machine,
      Settings settings,
      Model.Chains hmc,
      @Nullable Peer peer,
      Consumer<String> progress) {
    this.machine = machine;
    this.settings = settings;
    this.hmc = hmc;
    this.peer = peer;
    this.progress = progress;
  }

  /** Whether a target is one that all can run: phi^4 in the mass form, on a square lattice. */
  public static boolean comparable(Target target) {
    return target.extents().size() == 2
        && target.extents().get(0).equals(target.extents().get(1))
        && target.couplings().containsKey("m2");
  }

  /**
   * Runs the peer for an instant.
   *
   * @throws PeerException if it does not work, before anything else is measured
   */
  public void checkPeer() {
    Peer other = peer;
    if (other != null) {
      other.run(8, -4, 6.008, 4000);
    }
  }

  /** Measures one model against the others. */
  public BenchRow run(FlowModel model) {
    Target target = model.target();
    int extent = target.extents().get(0);
    int sites = extent * extent;
    double m2 = coupling(target, "m2");
    double lambda = coupling(target, "lambda");
    say("%d x %d: thermalising %s", extent, extent, hmc.id());
    try (ChainContender chains = new ChainContender(hmc, target, settings.seed(), machine);
        FlowContender flow = new FlowContender(model, settings.seed(), machine)) {
      say("%d x %d: %s; warming up %s", extent, extent, chains.choice(), model.id());
      String choice = "thermalised: " + chains.choice();
      chains.turn(settings.warmUpSeconds() / 3);
      flow.warmUp(settings.warmUpSeconds());
      List<Double> flowRates = new ArrayList<>();
      List<Double> chainRates = new ArrayList<>();
      List<Double> peerRates = new ArrayList<>();
      Peer.@Nullable Run first = null;
      for (int round = 1; round <= settings.rounds(); round++) {
        int left = Math.max(0, settings.draws(sites) - flow.draws());
        flowRates.add(flow.turn(settings.turnSeconds(), left / (settings.rounds() - round + 1)));
        chainRates.add(chains.turn(settings.turnSeconds()));
        String said = "";
        if (peer != null) {
          // The first turn is long, for tau_int.
          int trajectories = settings.peerTrajectories(sites) / (round == 1 ? 1 : PEER_SHORTER);
          Peer.Run run = peer.run(extent, m2, lambda, trajectories);
          first = first == null ? run : first;
          peerRates.add(run.perCpuSecond());
          said = String.format(Locale.ROOT, ", peer %,.0f", run.perCpuSecond());
        }
        say(
            "%d x %d: round %d of %d: per CPU-second, flow %,.0f, %s %,.0f%s",
            extent,
            extent,
            round,
            settings.rounds(),
            flowRates.get(round - 1),
            hmc.id(),
            chainRates.get(round - 1),
            said);
      }
      say("%d x %d: lengthening the chains of %s for tau_int", extent, extent, hmc.id());
      chains.lengthen(settings.chainTimes());
      Estimate tau = chains.tauInt();
      return new BenchRow(
          model.id(),
          extent,
          m2,
          lambda,
          new BenchRow.Flow(Rate.of(flowRates), flow.ess(), flow.draws()),
          new BenchRow.Chain(Rate.of(chainRates), tau.tauInt(), tau.tauIntError(), choice),
          first == null ? null : peerChain(extent, peerRates, first));
    }
  }

  private static BenchRow.Chain peerChain(int extent, List<Double> rates, Peer.Run first) {
    String choice =
        String.format(
            Locale.ROOT,
            "trajectories of %d leapfrog steps; acceptance %.3f",
            Peer.steps(extent),
            first.acceptance());
    return new BenchRow.Chain(Rate.of(rates), first.tauInt(), Double.NaN, choice);
  }

  private static double coupling(Target target, String name) {
    Double value = target.couplings().get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "couplings." + name + ": missing (expected: m2 and lambda)");
    }
    return value;
  }

  private void say(String format, Object... arguments) {
    progress.accept(String.format(Locale.ROOT, format, arguments));
  }
}
