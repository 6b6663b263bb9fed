package org.fieldstream.server.theory;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/** The theories of this server, by name. Immutable; any thread. */
public final class Theories implements TheoryCatalog {
  private final TreeMap<String, Function<Target, Theory>> byName = new TreeMap<>();

  /** The catalogue; a new theory is one more line here. */
  public Theories() {
    byName.put(Phi4.NAME, Phi4::of);
  }

  @Override
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  @Override
  public Theory of(Target target) {
    Function<Target, Theory> theory = byName.get(target.theory());
    if (theory == null) {
      throw new BadTargetException(
          "theory",
          (target.theory().isEmpty() ? "none named" : target.theory())
              + " (expected: "
              + String.join(" or ", byName.keySet())
              + ")");
    }
    return theory.apply(target);
  }
}
