package org.fieldstream.server.measurement;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The latest estimates of all series. One thread writes, any thread reads. */
public final class SeriesBoard {
  private final ConcurrentMap<String, SeriesSnapshot> latest = new ConcurrentHashMap<>();

  /** No series yet. */
  public SeriesBoard() {}

  void show(SeriesSnapshot snapshot) {
    latest.put(snapshot.name(), snapshot);
  }

  /** A series as it stands; another object whenever it has changed; null for an unknown one. */
  public @Nullable SeriesSnapshot find(String name) {
    return latest.get(name);
  }

  /** Names of all series. */
  public Collection<String> names() {
    return latest.keySet();
  }
}
