package org.fieldstream.client.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.client.sdk.ResumePoint;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.SubscribeRequest;

/**
 * What an interrupted run needs to go on: the request, the resume point, and which arrays lie
 * beside it. Written to {@value #FILE} by rename, after the arrays' bytes are on the disk.
 *
 * @param request the subscription, without a resume token
 * @param from where the stream goes on; arrays hold exactly the configurations before it
 * @param shape shape of one configuration, {@code [components, L0, ...]}
 * @param exactness what the stream is
 * @param modelDigest the model's digest
 * @param chains interleaved Markov chains: 1 for a single one, 0 where unknown
 * @param weighted whether log weights came
 * @param judged whether acceptances came
 * @param sigmas strengths of the noise at which configurations came too; empty for none
 */
record RunState(
    SubscribeRequest request,
    ResumePoint from,
    List<Integer> shape,
    Exactness exactness,
    String modelDigest,
    int chains,
    boolean weighted,
    boolean judged,
    List<Double> sigmas) {
  static final String FILE = "resume.json";

  /** The same run further on. */
  RunState at(ResumePoint point) {
    return new RunState(
        request, point, shape, exactness, modelDigest, chains, weighted, judged, sigmas);
  }

  void write(Path directory) throws IOException {
    JsonObject json =
        new JsonObject()
            .put("format", 1)
            .put("model", request.getModel())
            .put("next_index", from.nextIndex())
            .put("count", request.getCount())
            .put("shape", new JsonArray(new ArrayList<>(shape)))
            .put("exactness", exactness.name())
            .put("model_digest", modelDigest)
            .put("chains", chains)
            .put("log_weight", weighted)
            .put("accepted", judged)
            .put("sigmas", new JsonArray(new ArrayList<>(sigmas)))
            .put("request", request.toByteArray())
            .put("resume_token", from.token().toByteArray());
    Path temporary = directory.resolve(FILE + ".tmp");
    Files.writeString(temporary, json.encodePrettily() + "\n");
    Files.move(
        temporary,
        directory.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  static RunState read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      JsonObject json = new JsonObject(Files.readString(file));
      if (json.getInteger("format", 0) != 1) {
        throw new IOException(
            file + ": format " + json.getValue("format") + " (expected: 1, this client's)");
      }
      List<Integer> shape = new ArrayList<>();
      json.getJsonArray("shape").forEach(extent -> shape.add(((Number) extent).intValue()));
      List<Double> sigmas = new ArrayList<>();
      json.getJsonArray("sigmas", new JsonArray())
          .forEach(sigma -> sigmas.add(((Number) sigma).doubleValue()));
      return new RunState(
          SubscribeRequest.parseFrom(json.getBinary("request")),
          new ResumePoint(
              ByteString.copyFrom(json.getBinary("resume_token")), json.getLong("next_index")),
          List.copyOf(shape),
          Exactness.valueOf(json.getString("exactness")),
          json.getString("model_digest"),
          json.getInteger("chains"),
          json.getBoolean("log_weight"),
          json.getBoolean("accepted"),
          List.copyOf(sigmas));
    } catch (DecodeException
        | InvalidProtocolBufferException
        | IllegalArgumentException
        | ClassCastException
        | NullPointerException e) {
      throw new IOException(
          file + ": damaged (expected: as written; --force begins the run anew)", e);
    }
  }
}
