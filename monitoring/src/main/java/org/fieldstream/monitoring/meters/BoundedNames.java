package org.fieldstream.monitoring.meters;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Set;

/**
 * Values a label may take: the first {@code limit} different ones as they are, {@link #OTHER} for
 * the rest, so that no caller can make time series without bound. Thread-safe.
 */
final class BoundedNames {
  /** What names beyond the limit become. */
  static final String OTHER = "other";

  private final int limit;
  private final Set<String> names = new HashSet<>();

  BoundedNames(int limit) {
    this.limit = limit;
  }

  /** The name itself if there is room for it, else {@link #OTHER}. */
  synchronized String admit(String name) {
    requireNonNull(name, "name");
    if (names.contains(name)) {
      return name;
    }
    if (names.size() == limit) {
      return OTHER;
    }
    names.add(name);
    return name;
  }

  /** Makes room again. */
  synchronized void remove(String name) {
    names.remove(name);
  }
}
