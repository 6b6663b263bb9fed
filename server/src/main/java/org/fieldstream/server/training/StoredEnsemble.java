package org.fieldstream.server.training;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/** A stored ensemble to learn a target from: of this very target, told in the same form. */
public final class StoredEnsemble {
  private StoredEnsemble() {}

  /**
   * Finds one.
   *
   * @throws org.fieldstream.server.error.ServiceException UNKNOWN_ENSEMBLE, the known ones listed
   * @throws IllegalArgumentException if it is of another target
   * @throws org.fieldstream.server.theory.BadTargetException if the target is none
   */
  public static Ensemble find(EnsembleStore store, String name, Target target) {
    Ensemble ensemble = store.find(name);
    Target own = ensemble.target();
    if (!own.theory().equals(target.theory())) {
      throw other(name, own.theory(), target.theory());
    }
    String found = own.theory().equals(U1.NAME) ? text(U1.of(own)) : text(Phi4.of(own));
    String asked = own.theory().equals(U1.NAME) ? text(U1.of(target)) : text(Phi4.of(target));
    if (!found.equals(asked)) {
      throw other(name, found, asked);
    }
    return ensemble;
  }

  private static IllegalArgumentException other(String name, String found, String asked) {
    return new IllegalArgumentException(
        "ensemble: " + name + " of " + found + " (expected: of " + asked + ", the target)");
  }

  private static String text(Phi4 phi4) {
    return text(phi4.extents(), phi4.couplings());
  }

  private static String text(U1 u1) {
    return text(u1.extents(), u1.couplings());
  }

  private static String text(List<Integer> extents, Map<String, Double> couplings) {
    return extents.stream().map(String::valueOf).collect(Collectors.joining(" x "))
        + " "
        + new TreeMap<>(couplings);
  }
}
