package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.server.generator.FieldShape;

/**
 * Levels of noise that go out with each configuration.
 *
 * @param positions of them among the model's levels, ascending; empty for none
 * @param sigmas strength of the noise at each
 */
public record WatchedLevels(List<Integer> positions, List<Double> sigmas) {
  /** The configurations alone. */
  public static final WatchedLevels NONE = new WatchedLevels(List.of(), List.of());

  /** How a Metropolis chain takes less memory for its state. */
  static final String REMEDY =
      "ask for fewer levels in denoising or none, or for exactness REWEIGHT or RAW";

  public WatchedLevels {
    positions = List.copyOf(positions);
    sigmas = List.copyOf(sigmas);
  }

  /** How many. */
  public int count() {
    return positions.size();
  }

  /** Memory that one configuration takes at all of them, in bytes. */
  long bytes(FieldShape shape) {
    return (long) count() * shape.size() * Float.BYTES;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return positions.isEmpty();
  }
}
