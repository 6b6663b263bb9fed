package org.fieldstream.client.cli;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.Target;

/** What a model lets one measure, and how. */
final class Observables {
  /** What every phi^4 configuration has; chi, U4 and xi are functions of their means. */
  private static final List<String> PHI4 =
      List.of("phi2", "phi4", "m", "abs_m", "m2", "m4", "f_min", "action_per_site");

  private static final String CHAINS = "chains";

  private Observables() {}

  /** What every configuration of two-dimensional U(1) has besides Wilson loops. */
  private static final List<String> U1 =
      List.of("polyakov_abs2", "charge", "chi_q", "action_per_site");

  /** Extents of the largest Wilson loop. */
  private static final int LARGEST_LOOP = 4;

  /**
   * The observables to ask for where none are named: the usual ones of phi^4 and U(1), correlators
   * left out; of another theory all the model offers.
   */
  static List<String> defaults(Model model, Target requested) {
    Target target = requested.getTheory().isEmpty() ? model.getTarget() : requested;
    List<String> offered = model.getObservablesList();
    List<String> usual =
        switch (target.getTheory()) {
          case "phi4" -> PHI4;
          case "u1" -> ofU1(target.getExtentsList());
          default -> offered;
        };
    return offered.isEmpty() ? usual : usual.stream().filter(offered::contains).toList();
  }

  /** Loops shorter than the lattice is, and the others. */
  private static List<String> ofU1(List<Integer> extents) {
    int shortest = extents.stream().mapToInt(Integer::intValue).min().orElse(0);
    int largest = Math.min(LARGEST_LOOP, shortest - 1);
    List<String> all = new ArrayList<>();
    all.add("plaquette");
    for (int r = 1; r <= largest; r++) {
      for (int t = Math.max(2, r); t <= largest; t++) {
        all.add("wilson_" + r + "x" + t);
      }
    }
    all.addAll(U1);
    return all;
  }

  /** Interleaved chains, where the model states them; 0 where it does not. */
  static int chains(Model model) {
    try {
      return Math.max(0, Integer.parseInt(model.getFactsOrDefault(CHAINS, "0")));
    } catch (NumberFormatException e) {
      // Not a number, so not a statement about the number of chains.
      return 0;
    }
  }
}
