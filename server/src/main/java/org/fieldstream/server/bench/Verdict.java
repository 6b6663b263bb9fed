package org.fieldstream.server.bench;

import java.util.Locale;
import org.fieldstream.server.theory.U1;

/** Which is the better choice on a lattice, said in a sentence that follows from the rows. */
final class Verdict {
  /** A difference counts from here on, in standard deviations. */
  private static final double SIGMAS = 2;

  private Verdict() {}

  /** The sentence. */
  static String of(LatticeRows rows) {
    boolean gauge = rows.target().theory().equals(U1.NAME);
    String lattice = (gauge ? "U(1), " : "") + "L = " + rows.target().extent() + ": ";
    BenchRow flow = rows.bestFlow().orElse(null);
    BenchRow chain = rows.bestChain().orElse(null);
    if (flow == null || chain == null) {
      return lattice
          + (chain == null ? "no Markov chain was measured." : "no flow was measured; ")
          + (chain == null ? "" : "the best Markov chain is " + chain.name() + ".");
    }
    if (!flow.known() || !chain.known()) {
      return lattice + open(gauge, flow, chain);
    }
    double ratio = flow.independent() / chain.independent();
    double relative = Math.hypot(flow.relativeError(), chain.relativeError());
    boolean tells = Math.abs(Math.log(ratio)) > SIGMAS * relative;
    if (tells && ratio > 1) {
      return lattice
          + format("the flow %s is the better choice: ", flow.name())
          + format("%.3g +- %.2g times the independent configurations", ratio, ratio * relative)
          + format(" of the best Markov chain, %s.", chain.name());
    }
    if (tells) {
      return lattice
          + format("a Markov chain is the better choice: %s makes ", chain.name())
          + format("%.3g +- %.2g times ", 1 / ratio, relative / ratio)
          + format("the independent configurations of the best flow, %s", flow.name())
          + beyond(flow, chain)
          + ".";
    }
    return lattice
        + format("flow and Markov chain do equally well: %s makes ", flow.name())
        + format("%.3g +- %.2g times ", ratio, ratio * relative)
        + format("the independent configurations of %s.", chain.name());
  }

  /** What is left to say where a number has no error. */
  private static String open(boolean gauge, BenchRow flow, BenchRow chain) {
    if (!flow.known() && flow.quality() instanceof Quality.Ess ess) {
      return format("the flow %s cannot be judged: of its %,d draws ", flow.name(), ess.draws())
          + format("about %.0f carry all the weight, too few for an error of ", ess.effective())
          + format("ESS/N; the best Markov chain is %s.", chain.name());
    }
    if (chain.quality() instanceof Quality.TwoTau tau && tau.isFrozen()) {
      return format("the flow %s is the better choice: ", flow.name())
          + format(
              "no Markov chain here ever changes %s%s.",
              gauge ? "" : "the sign of ", tau.observable());
    }
    return format("the flow %s and the Markov chain %s ", flow.name(), chain.name())
        + format(
            "cannot be compared: %s has too few states for an error of its number "
                + "(remedy: more --rounds, no --quick).",
            flow.known() ? chain.name() : flow.name());
  }

  /** A chain that is faster has to thermalise first: below so many configurations it is not. */
  private static String beyond(BenchRow flow, BenchRow chain) {
    double lead = 1 / flow.independent() - 1 / chain.independent();
    double even = chain.startSeconds() / lead;
    return Double.isNaN(even)
        ? ""
        : format("; its thermalisation counted, from about %,.0f of them on", even);
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
