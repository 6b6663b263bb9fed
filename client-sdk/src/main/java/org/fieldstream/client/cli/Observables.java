package org.fieldstream.client.cli;

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

  /**
   * The observables to ask for where none are named: the usual ones of phi^4, correlators left out;
   * of another theory all the model offers.
   */
  static List<String> defaults(Model model, Target requested) {
    String theory =
        requested.getTheory().isEmpty() ? model.getTarget().getTheory() : requested.getTheory();
    List<String> offered = model.getObservablesList();
    if (!theory.equals("phi4")) {
      return offered;
    }
    return offered.isEmpty() ? PHI4 : PHI4.stream().filter(offered::contains).toList();
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
