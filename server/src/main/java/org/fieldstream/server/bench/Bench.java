package org.fieldstream.server.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.jspecify.annotations.Nullable;

/**
 * Measures flows, the service's Markov chains and a peer on the same target, in turns, so that what
 * else the machine does hits all alike. All rates are per CPU-second.
 */
public final class Bench {
  private final Machine machine;
  private final Settings settings;
  private final List<ChainModel> chains;
  private final List<Peer> peers;
  private final Consumer<String> progress;
  private final Set<String> warm = new HashSet<>();

  /**
   * A bench.
   *
   * @param chains the Markov chains to compare with
   * @param peers other programs to compare with, at most one for each theory
   * @param progress is told what is being done, a line at a time
   */
  public Bench(
      Machine machine,
      Settings settings,
      List<ChainModel> chains,
      List<Peer> peers,
      Consumer<String> progress) {
    this.machine = machine;
    this.settings = settings;
    this.chains = List.copyOf(chains);
    this.peers = List.copyOf(peers);
    this.progress = progress;
  }

  /**
   * Runs the peers for an instant.
   *
   * @throws PeerException if one does not work, before anything else is measured
   */
  public void checkPeers() {
    peers.forEach(Peer::check);
  }

  /**
   * Measures all on one lattice.
   *
   * @param flows independent draws: trained models of this target, and what takes it untrained
   * @param start one of these, from whose corrected states the Markov chains start; null for random
   *     fields
   */
  public LatticeRows run(
      LatticeTarget target, List<Model.Draws> flows, Model.@Nullable Draws start) {
    List<ChainModel> able = chains.stream().filter(c -> takes(c, target.target())).toList();
    able.forEach(chain -> warm(chain, target));
    Peer peer = peers.stream().filter(p -> p.runs(target)).findFirst().orElse(null);
    List<Contender> contenders = new ArrayList<>();
    PlainContender plain = null;
    try {
      for (Model.Draws flow : flows) {
        contenders.add(new FlowContender(flow, target.target(), settings, machine));
      }
      for (ChainModel chain : able) {
        say(
            "%s: %s %s",
            lattice(target),
            start == null ? "thermalising" : "starting from states of " + start.id() + ":",
            chain.id());
        try {
          contenders.add(new ChainContender(chain, target.target(), start, settings, machine));
        } catch (BadTargetException e) { // as hmc between walls of a broken phase
          say("%s: left out, %s: %s", lattice(target), chain.id(), String.valueOf(e.getMessage()));
        }
      }
      if (peer != null) {
        contenders.add(new PeerContender(peer, target.massForm(), settings));
        if (target.theory().equals(Phi4.NAME)) {
          plain = new PlainContender(target.massForm(), settings, machine);
          plain.warmUp();
        }
      }
      for (Contender contender : contenders) {
        say("%s: warming up %s", lattice(target), contender.name());
        contender.warmUp();
      }
      return measure(target, contenders, plain);
    } finally {
      contenders.forEach(Contender::close);
      if (plain != null) {
        plain.close();
      }
    }
  }

  private static boolean takes(Model model, Target target) {
    try {
      return model.resolve(target).equals(target);
    } catch (BadTargetException e) {
      return false;
    }
  }

  /** Once: the JIT is not to be part of what the first thermalisation costs. */
  private void warm(ChainModel chain, LatticeTarget target) {
    if (warm.add(chain.id() + " " + target.theory())) {
      say("compiling %s", chain.id());
      LatticeTarget small =
          target.theory().equals(U1.NAME) ? LatticeTarget.u1(8, 1) : LatticeTarget.CRITICAL.get(0);
      try (Contender once = new ChainContender(chain, small.target(), null, settings, machine)) {
        once.warmUp();
      }
    }
  }

  private LatticeRows measure(
      LatticeTarget target, List<Contender> contenders, @Nullable PlainContender plain) {
    List<List<Double>> rates = new ArrayList<>();
    contenders.forEach(c -> rates.add(new ArrayList<>()));
    List<Double> plainRates = new ArrayList<>();
    for (int round = 1; round <= settings.rounds(); round++) {
      List<String> said = new ArrayList<>();
      for (int c = 0; c < contenders.size(); c++) {
        double rate = contenders.get(c).turn(round);
        rates.get(c).add(rate);
        said.add(String.format(Locale.ROOT, "%s %,.0f", contenders.get(c).name(), rate));
      }
      if (plain != null) {
        plainRates.add(plain.turn());
      }
      say(
          "%s: round %d of %d, per CPU-second: %s",
          lattice(target),
          round,
          settings.rounds(),
          said.stream().collect(Collectors.joining(", ")));
    }
    List<BenchRow> rows = new ArrayList<>();
    for (int c = 0; c < contenders.size(); c++) {
      Contender contender = contenders.get(c);
      say("%s: what %s is worth", lattice(target), contender.name());
      contender.lengthen();
      rows.add(contender.row(Rate.of(rates.get(c))));
    }
    Likeness likeness = null;
    if (plain != null) {
      Rate rate = Rate.of(plainRates);
      Rate peers = Rate.of(rates.get(rates.size() - 1));
      likeness = new Likeness(Peer.steps(target), rate, rate.over(peers), plain.acceptance());
    }
    return new LatticeRows(target, rows, likeness);
  }

  private static String lattice(LatticeTarget target) {
    return (target.theory().equals(Phi4.NAME) ? "" : target.theory() + " ")
        + target.extent()
        + " x "
        + target.extent();
  }

  private void say(String format, Object... arguments) {
    progress.accept(String.format(Locale.ROOT, format, arguments));
  }
}
