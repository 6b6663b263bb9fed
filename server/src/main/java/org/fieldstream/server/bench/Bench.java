package org.fieldstream.server.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Model;
import org.jspecify.annotations.Nullable;

/**
 * Measures flows, the service's Markov chains and a peer on the same target, in turns, so that what
 * else the machine does hits all alike. All rates are per CPU-second.
 */
public final class Bench {
  private final Machine machine;
  private final Settings settings;
  private final List<Model.Chains> chains;
  private final @Nullable Peer peer;
  private final Consumer<String> progress;
  private boolean warm;

  /**
   * A bench.
   *
   * @param chains the Markov chains to compare with
   * @param peer another program to compare with; null for none
   * @param progress is told what is being done, a line at a time
   */
  public Bench(
      Machine machine,
      Settings settings,
      List<Model.Chains> chains,
      @Nullable Peer peer,
      Consumer<String> progress) {
    this.machine = machine;
    this.settings = settings;
    this.chains = List.copyOf(chains);
    this.peer = peer;
    this.progress = progress;
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

  /** Measures all on one lattice. */
  public LatticeRows run(LatticeTarget target, List<Model.Draws> flows) {
    warmChains();
    List<Contender> contenders = new ArrayList<>();
    PlainContender plain = null;
    try {
      for (Model.Draws flow : flows) {
        contenders.add(new FlowContender(flow, target.target(), settings, machine));
      }
      for (Model.Chains chain : chains) {
        say("%s: thermalising %s", lattice(target), chain.id());
        contenders.add(new ChainContender(chain, target.target(), settings, machine));
      }
      if (peer != null) {
        contenders.add(new PeerContender(peer, target, settings));
        plain = new PlainContender(target, settings, machine);
        plain.warmUp();
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

  /** Once: the JIT is not to be part of what the first thermalisation costs. */
  private void warmChains() {
    if (!warm) {
      warm = true;
      for (Model.Chains chain : chains) {
        say("compiling %s", chain.id());
        LatticeTarget small = LatticeTarget.CRITICAL.get(0);
        try (Contender once = new ChainContender(chain, small.target(), settings, machine)) {
          once.warmUp();
        }
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
      likeness =
          new Likeness(Peer.steps(target.extent()), rate, rate.over(peers), plain.acceptance());
    }
    return new LatticeRows(target, rows, likeness);
  }

  private static String lattice(LatticeTarget target) {
    return target.extent() + " x " + target.extent();
  }

  private void say(String format, Object... arguments) {
    progress.accept(String.format(Locale.ROOT, format, arguments));
  }
}
