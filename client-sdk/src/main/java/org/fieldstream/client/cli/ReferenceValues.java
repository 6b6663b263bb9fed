package org.fieldstream.client.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.v1.Target;
import org.jspecify.annotations.Nullable;

/**
 * Values with errors for a few targets, from an independent program: checkerboard Metropolis with
 * embedded Wolff clusters, jackknife over 64 bins. Mass form of the phi^4 action.
 */
final class ReferenceValues {
  private static final String RESOURCE = "/org/fieldstream/client/reference-phi4.json";

  private final JsonObject values;

  private ReferenceValues(JsonObject values) {
    this.values = values;
  }

  /** The values for a target; null where none are known. */
  static @Nullable ReferenceValues of(Target target) throws IOException {
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
          return new ReferenceValues(entry.getJsonObject("values"));
        }
      }
      return null;
    }
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

  /** {@code [value, error]} of a quantity; null where unknown. */
  double @Nullable [] get(String name) {
    JsonArray pair = values.getJsonArray(name);
    return pair == null ? null : new double[] {pair.getDouble(0), pair.getDouble(1)};
  }
}
