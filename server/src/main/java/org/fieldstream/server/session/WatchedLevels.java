package org.fieldstream.server.session;

import java.util.List;

/**
 * Levels of noise that go out with each configuration.
 *
 * @param positions of them among the model's levels, ascending; empty for none
 * @param sigmas strength of the noise at each
 */
public record WatchedLevels(List<Integer> positions, List<Double> sigmas) {
  /** The configurations alone. */
  public static final WatchedLevels NONE = new WatchedLevels(List.of(), List.of());

  public WatchedLevels {
    positions = List.copyOf(positions);
    sigmas = List.copyOf(sigmas);
  }

  /** How many. */
  public int count() {
    return positions.size();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return positions.isEmpty();
  }
}
