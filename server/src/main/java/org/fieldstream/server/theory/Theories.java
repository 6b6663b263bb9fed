package org.fieldstream.server.theory;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The theories of this server, by name. Immutable; any thread. */
public final class Theories implements TheoryCatalog {
  private final TreeMap<String, Entry> byName = new TreeMap<>();

  /** A theory's class, which says what can be done with it, and how a target becomes one. */
  private record Entry(Class<? extends Theory> type, Function<Target, Theory> of) {}

  /** The catalogue; a new theory is one more line here. */
  public Theories() {
    byName.put(Phi4.NAME, new Entry(Phi4.class, Phi4::of));
    byName.put(U1.NAME, new Entry(U1.class, U1::of));
  }

  @Override
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Names of the theories that can do something. */
  public List<String> names(Class<? extends Theory> what) {
    return byName.entrySet().stream()
        .filter(entry -> what.isAssignableFrom(entry.getValue().type()))
        .map(entry -> entry.getKey())
        .toList();
  }

  @Override
  public Theory of(Target target) {
    return of(target, Theory.class);
  }

  /**
   * The theory of a target, if it can do something.
   *
   * @param target a request's target; null where it has none
   * @throws BadTargetException for an unknown theory, one that cannot, or a lattice or coupling it
   *     cannot have
   */
  public <T extends Theory> T of(@Nullable Target target, Class<T> what) {
    String expected = names(what).stream().collect(Collectors.joining(" or "));
    if (target == null || target.theory().isEmpty()) {
      throw new BadTargetException(
          "theory",
          "none named (expected: "
              + expected
              + (target == null ? ", with extents and couplings)" : ")"));
    }
    Entry entry = byName.get(target.theory());
    if (entry == null || !what.isAssignableFrom(entry.type())) {
      throw new BadTargetException("theory", target.theory() + " (expected: " + expected + ")");
    }
    return what.cast(entry.of().apply(target));
  }
}
