package org.fieldstream.client.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.fieldstream.monitoring.exact.U1Torus;
import org.fieldstream.v1.Target;
import org.jspecify.annotations.Nullable;

/**
 * What means should be: for a few targets of phi^4 (mass form) values with errors from an
 * independent program, checkerboard Metropolis with embedded Wolff clusters, jackknife over 64
 * bins; for two-dimensional U(1) exact values.
 */
final class ReferenceValues {
  private static final String RESOURCE = "/org/fieldstream/client/reference-phi4.json";
  private static final String GAUGE = "u1";
  private static final String BETA = "beta";

  private final String title;
  private final Function<String, double @Nullable []> values;

  private ReferenceValues(String title, Function<String, double @Nullable []> values) {
    this.title = title;
    this.values = values;
  }

  /** The values for a target; null where none are known. */
  static @Nullable ReferenceValues of(Target target) throws IOException {
    ReferenceValues exact = exact(target);
    return exact != null ? exact : measured(target);
  }

  /** The exact values for a target; null where none are known. */
  static @Nullable ReferenceValues exact(Target target) {
    List<Integer> extents = target.getExtentsList();
    double beta = target.getCouplingsOrDefault(BETA, -1);
    if (!target.getTheory().equals(GAUGE)
        || extents.size() != 2
        || extents.get(0) < 1
        || extents.get(1) < 1
        || (long) extents.get(0) * extents.get(1) > Integer.MAX_VALUE
        || !(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
      return null;
    }
    U1Torus torus = new U1Torus(extents.get(0), extents.get(1), beta);
    return new ReferenceValues(
        "exact",
        name -> {
          OptionalDouble mean = torus.mean(name);
          return mean.isPresent() ? new double[] {mean.getAsDouble(), 0} : null;
        });
  }

  private static @Nullable ReferenceValues measured(Target target) throws IOException {
    try (InputStream in = ReferenceValues.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException(RESOURCE + ": missing in the client's jar");
      }
      JsonArray entries =
          new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .getJsonArray("entries");
      for (int i = 0; i < entries.size(); i++) {
        JsonObject entry = entries.getJsonObject(i);
        if (matches(entry.getJsonObject("target"), target)) {
          JsonObject known = entry.getJsonObject("values");
          return new ReferenceValues("reference", name -> pair(known, name));
        }
      }
      return null;
    }
  }

  private static double @Nullable [] pair(JsonObject known, String name) {
    JsonArray pair = known.getJsonArray(name);
    return pair == null ? null : new double[] {pair.getDouble(0), pair.getDouble(1)};
  }

  private static boolean matches(JsonObject known, Target target) {
    Map<String, Double> couplings = new HashMap<>();
    known
        .getJsonObject("couplings")
        .forEach(entry -> couplings.put(entry.getKey(), ((Number) entry.getValue()).doubleValue()));
    List<?> extents = known.getJsonArray("extents").getList();
    return known.getString("theory").equals(target.getTheory())
        && extents.equals(target.getExtentsList())
        && couplings.equals(target.getCouplingsMap());
  }

  /** What they are, a word for a table. */
  String title() {
    return title;
  }

  /** {@code [value, error]} of a quantity, error 0 if exact; null where unknown. */
  double @Nullable [] get(String name) {
    return values.apply(name);
  }
}
