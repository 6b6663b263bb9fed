package org.fieldstream.server.grpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Nearest;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.fieldstream.server.measurement.SeriesBoard;
import org.fieldstream.server.measurement.SeriesName;
import org.fieldstream.server.measurement.SeriesSnapshot;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.TheoryCatalog;
import org.fieldstream.v1.SeriesEstimate;
import org.jspecify.annotations.Nullable;

/** The series that one call watches: recorded ones, or what the server measures on its streams. */
final class WatchSelection {
  /** Names in one request, at most. */
  static final int MOST = 100;

  private static final String ANY = "*";
  private static final int SIMILAR = 5;

  /** What is known of a series that nothing was measured of. */
  private static final Object NOTHING = new Object();

  /**
   * A series that differs from what was told.
   *
   * @param version what to compare with later
   */
  record Change(String name, Object version, SeriesEstimate message) {}

  /**
   * Where series come from.
   *
   * @param writer recorded ones
   * @param models whose streams are measured
   * @param theories what is measured of them
   * @param meters what came of it
   */
  record Sources(
      MeasurementWriter writer,
      ModelRegistry models,
      TheoryCatalog theories,
      FieldstreamMeters meters) {

    /** What streams of a model measure; empty where that depends on the request. */
    private List<String> observables(Model model) {
      Target target = model.target();
      return target == null ? List.of() : theories.of(target).observables();
    }
  }

  /** An observable of a model. */
  private record Measured(String model, String observable) {}

  private final SeriesBoard board;
  private final Sources sources;
  private final Set<String> recorded = new LinkedHashSet<>();
  private final List<String> prefixes = new ArrayList<>();
  private final Map<String, Measured> measured = new LinkedHashMap<>();

  private WatchSelection(Sources sources) {
    this.sources = sources;
    this.board = sources.writer().board();
  }

  /**
   * Looks names up; not on an event loop.
   *
   * @throws ServiceException for names that are malformed or unknown, and for no or too many
   */
  static WatchSelection of(List<String> names, Sources sources) {
    if (names.isEmpty() || names.size() > MOST) {
      throw bad("series: " + names.size() + " names (expected: 1 to " + MOST + ")");
    }
    WatchSelection selection = new WatchSelection(sources);
    for (String name : names) {
      if (name.endsWith(ANY)) {
        String prefix = name.substring(0, name.length() - ANY.length());
        String fault = prefix.isEmpty() ? null : SeriesName.fault(prefix);
        if (fault != null) {
          throw bad(fault);
        }
        selection.prefixes.add(prefix);
      } else {
        selection.add(name);
      }
    }
    return selection;
  }

  private void add(String name) {
    String fault = SeriesName.fault(name);
    if (fault != null) {
      throw bad(fault);
    }
    if (board.find(name) != null) {
      recorded.add(name);
      return;
    }
    Measured of = measuredBy(name);
    if (of != null) {
      measured.put(name, of);
      return;
    }
    String unusable = sources.writer().unusable();
    if (unusable != null) {
      throw ServiceException.of(ErrorCode.STORE_UNUSABLE, unusable);
    }
    throw unknown(name);
  }

  private @Nullable Measured measuredBy(String name) {
    for (Model model : sources.models().list()) {
      if (name.startsWith(model.id() + '/')) {
        String observable = name.substring(model.id().length() + 1);
        if (sources.observables(model).contains(observable)
            || sources.meters().measured(model.id(), observable) != null) {
          return new Measured(model.id(), observable);
        }
      }
    }
    return null;
  }

  private ServiceException unknown(String name) {
    List<String> known = new ArrayList<>(board.names());
    for (Model model : sources.models().list()) {
      sources.observables(model).forEach(observable -> known.add(model.id() + '/' + observable));
    }
    return ServiceException.field(
        ErrorCode.UNKNOWN_SERIES,
        "series",
        "series: "
            + Quote.of(name)
            + " (expected: one that was recorded, or MODEL/OBSERVABLE; most similar: "
            + String.join(", ", Nearest.several(name, known, SIMILAR))
            + ")");
  }

  private static ServiceException bad(String sentence) {
    return ServiceException.field(ErrorCode.BAD_FIELD, "series", sentence);
  }

  /** Whether it is worth while to look closer; cheap. */
  boolean mayDiffer(Map<String, Object> told) {
    if (!measured.isEmpty() || !prefixes.isEmpty()) {
      return true;
    }
    for (String name : recorded) {
      if (board.find(name) != told.get(name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The series that differ from what was told; not on an event loop.
   *
   * @param told versions by name; not modified
   */
  List<Change> changes(Map<String, Object> told) {
    List<Change> changes = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(recorded);
    for (String prefix : prefixes) {
      board.names().stream().filter(name -> name.startsWith(prefix)).sorted().forEach(names::add);
    }
    for (String name : names) {
      SeriesSnapshot now = board.find(name);
      if (now != null && !now.equals(told.get(name))) {
        changes.add(new Change(name, now, MeasurementMessages.estimate(now)));
      }
    }
    measured.forEach(
        (name, of) -> {
          org.fieldstream.monitoring.meters.SeriesEstimate now =
              sources.meters().measured(of.model(), of.observable());
          Object version = now == null ? NOTHING : now;
          if (!version.equals(told.get(name))) {
            changes.add(new Change(name, version, MeasurementMessages.estimate(name, now)));
          }
        });
    return changes;
  }
}
