package org.fieldstream.client.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;

/** What a person or a program has to know to use the arrays of a run, and to make them again. */
final class RunMetadata {
  private RunMetadata() {}

  static JsonObject of(StreamRun run, String server) {
    RunState state = run.state();
    Measurements measurements = run.measurements();
    if (state == null || measurements == null) {
      throw new IllegalStateException("run: without configurations (expected: some)");
    }
    SubscribeRequest request = state.request();
    JsonObject json =
        new JsonObject()
            .put("model", request.getModel())
            .put("model_digest", state.modelDigest())
            .put("exactness", Words.of(state.exactness()))
            .put("seed", Long.toUnsignedString(request.getSeed()))
            .put("first_index", 0)
            .put("count", measurements.count())
            .put("shape", new JsonArray(new ArrayList<>(state.shape())))
            .put("fields", !request.getOmitFields())
            .put("chains", state.chains())
            .put("server", server)
            .put("client_version", FieldstreamCommand.version())
            .put("finished_at", Instant.now().toString());
    if (request.hasTarget()) {
      json.put("target", target(request.getTarget()));
    }
    if (!state.sigmas().isEmpty()) {
      json.put("sigmas", new JsonArray(new ArrayList<>(state.sigmas())));
    }
    if (!Double.isNaN(measurements.acceptance())) {
      json.put("acceptance", measurements.acceptance());
    }
    if (measurements.sampling().isWeighted()) {
      json.put("effective_sample_size", measurements.weightEffectiveN());
    }
    JsonObject results = new JsonObject();
    for (Quantity quantity : measurements.quantities()) {
      results.put(quantity.name(), new JsonObject(Measurements.asMap(quantity)));
    }
    return json.put("results", results);
  }

  static JsonObject target(Target target) {
    JsonObject couplings = new JsonObject();
    for (Map.Entry<String, Double> coupling : new TreeMap<>(target.getCouplingsMap()).entrySet()) {
      couplings.put(coupling.getKey(), coupling.getValue());
    }
    return new JsonObject()
        .put("theory", target.getTheory())
        .put("extents", new JsonArray(new ArrayList<>(target.getExtentsList())))
        .put("couplings", couplings);
  }
}
