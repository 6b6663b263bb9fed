package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Denoising;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.Series;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.jspecify.annotations.Nullable;

/**
 * Holds a stream to its promises, message by message and across reconnections: indices without gap
 * or repetition, one shape, one number format, one exactness and one model throughout, as many
 * values as configurations, and a checksum that matches. A message that breaks one ends the stream.
 *
 * <p>Not thread-safe.
 */
final class BatchVerifier {
  private final SubscribeRequest request;
  private long nextIndex;
  private @Nullable SubscribeResponse first;
  private List<Double> sigmas = List.of();

  /**
   * @param request what was asked for
   * @param nextIndex stream index the first message must have
   */
  BatchVerifier(SubscribeRequest request, long nextIndex) {
    this.request = request;
    this.nextIndex = nextIndex;
  }

  /** Stream index of the next configuration expected. */
  long nextIndex() {
    return nextIndex;
  }

  /** Whether all configurations that were asked for have come. */
  boolean isComplete() {
    return request.getCount() != 0 && nextIndex == request.getCount();
  }

  /**
   * Checks a message and moves on behind it.
   *
   * @throws FieldstreamException {@code DATA_LOSS} for a message that is damaged or out of place,
   *     {@code FAILED_PRECONDITION} where the model changed under the stream
   */
  ConfigurationBatch verify(SubscribeResponse message) {
    int n = message.getCount();
    check("count", n, n >= 1, ">= 1");
    check(
        "first_index",
        Long.toUnsignedString(message.getFirstIndex()),
        message.getFirstIndex() == nextIndex,
        Long.toUnsignedString(nextIndex));
    check(
        "count",
        n,
        request.getCount() == 0 || n <= request.getCount() - nextIndex,
        "at most the " + (request.getCount() - nextIndex) + " configurations left");
    verifyConstant(message);
    List<Integer> shape = shape(message);
    int fields = request.getOmitFields() ? 0 : 1;
    verifyBytes("", message, fields, shape, message.getFields(), message.getCrc32C());
    DenoisingBatch denoising = denoising(message, shape);
    check("action", message.getActionCount() + " values", message.getActionCount() == n, "" + n);
    int weights = message.getLogWeightCount();
    check("log_weight", weights + " values", weights == n || weights == 0, n + " or none");
    int verdicts = message.getAcceptedCount();
    check("accepted", verdicts + " values", verdicts == n || verdicts == 0, n + " or none");
    Map<String, double[]> observables = observables(message, n);
    check(
        "resume_token",
        "empty",
        !message.getResumeToken().isEmpty(),
        "a token for the next configuration");
    long index = nextIndex;
    nextIndex += n;
    if (first == null) {
      first = message.toBuilder().clearFields().clearDenoising().build();
    }
    return new ConfigurationBatch(
        index,
        n,
        shape,
        message.getDtype(),
        message.getExactness(),
        message.getModelDigest(),
        message.getActionList().stream().mapToDouble(Double::doubleValue).toArray(),
        message.getLogWeightList().stream().mapToDouble(Double::doubleValue).toArray(),
        booleans(message.getAcceptedList()),
        observables,
        message.getAlarmsList(),
        new ResumePoint(message.getResumeToken(), nextIndex),
        denoising,
        message.getFields());
  }

  /** What came of the way out of noise; null where it was not asked for. */
  private @Nullable DenoisingBatch denoising(SubscribeResponse message, List<Integer> one) {
    check(
        "denoising",
        message.hasDenoising() ? "present" : "missing",
        message.hasDenoising() == request.hasDenoising(),
        request.hasDenoising() ? "the levels that were asked for" : "none");
    if (!request.hasDenoising()) {
      return null;
    }
    Denoising denoising = message.getDenoising();
    NoiseLevels wanted = request.getDenoising();
    int levels = wanted.getCount() == 0 ? wanted.getSigmasCount() : wanted.getCount();
    List<Double> told = denoising.getSigmasList();
    if (sigmas.isEmpty() || !told.isEmpty()) {
      check("denoising.sigmas", told, told.size() == levels, levels + " values");
      check(
          "denoising.sigmas",
          told,
          sigmas.isEmpty() || told.equals(sigmas),
          sigmas + ", as at the beginning of the stream");
      sigmas = List.copyOf(told);
    }
    List<Integer> each = new ArrayList<>();
    each.add(levels);
    each.addAll(one);
    List<Integer> shape = new ArrayList<>();
    shape.add(message.getCount());
    shape.addAll(each);
    check(
        "denoising.shape",
        denoising.getShapeList(),
        denoising.getShapeList().equals(shape),
        shape.toString());
    verifyBytes("denoising.", message, levels, one, denoising.getFields(), denoising.getCrc32C());
    return new DenoisingBatch(sigmas, List.copyOf(each), message.getDtype(), denoising.getFields());
  }

  private void verifyConstant(SubscribeResponse message) {
    DType wanted =
        request.getDtype() == DType.DTYPE_UNSPECIFIED ? DType.DTYPE_FLOAT32 : request.getDtype();
    check("dtype", message.getDtype(), message.getDtype() == wanted, wanted.toString());
    SubscribeResponse before = first;
    if (before == null) {
      return;
    }
    if (!message.getModelDigest().equals(before.getModelDigest())) {
      throw new FieldstreamException(
          GrpcStatus.FAILED_PRECONDITION,
          String.format(
              "model_digest: %s (expected: %s): the model changed while the stream was interrupted",
              message.getModelDigest(), before.getModelDigest()),
          "model_digest");
    }
    check(
        "exactness",
        message.getExactness(),
        message.getExactness() == before.getExactness(),
        before.getExactness() + ", as at the beginning of the stream");
    boolean weighted = message.getLogWeightCount() > 0;
    boolean judged = message.getAcceptedCount() > 0;
    check(
        "log_weight",
        weighted ? "present" : "missing",
        weighted == before.getLogWeightCount() > 0,
        "as at the beginning of the stream");
    check(
        "accepted",
        judged ? "present" : "missing",
        judged == before.getAcceptedCount() > 0,
        "as at the beginning of the stream");
  }

  private List<Integer> shape(SubscribeResponse message) {
    List<Integer> shape = message.getShapeList();
    check(
        "shape",
        shape,
        shape.size() >= 2 && shape.stream().allMatch(extent -> extent >= 1),
        "[count, components, L0, ...], all positive");
    check("shape", shape, shape.get(0) == message.getCount(), "count first, " + message.getCount());
    List<Integer> one = List.copyOf(shape.subList(1, shape.size()));
    if (first != null) {
      List<Integer> before = first.getShapeList().subList(1, first.getShapeCount());
      check("shape", shape, one.equals(before), "configurations of shape " + before);
    }
    List<Integer> extents = request.getTarget().getExtentsList();
    check(
        "shape",
        shape,
        extents.isEmpty() || extents.equals(one.subList(1, one.size())),
        "extents " + extents);
    return one;
  }

  /**
   * Checks size and checksum of field values.
   *
   * @param in what the names of the checked members begin with
   * @param each fields of one configuration among them
   */
  private void verifyBytes(
      String in,
      SubscribeResponse message,
      int each,
      List<Integer> shape,
      ByteString fields,
      int sent) {
    long expected = message.getDtype() == DType.DTYPE_FLOAT64 ? Double.BYTES : Float.BYTES;
    expected = FieldSize.of(FieldSize.of(expected, List.of(each, message.getCount())), shape);
    check(in + "fields", fields.size() + " bytes", fields.size() == expected, expected + " bytes");
    int crc = fields.isEmpty() ? 0 : Checksum.of(fields);
    check(
        in + "crc32c",
        String.format("%08x over the bytes received", crc),
        crc == sent,
        String.format("%08x, as sent", sent));
  }

  private Map<String, double[]> observables(SubscribeResponse message, int n) {
    Map<String, double[]> observables = new HashMap<>();
    for (String name : request.getObservablesList()) {
      Series series = message.getObservablesMap().get(name);
      check("observables." + name, "missing", series != null, n + " values");
      if (series != null) {
        int values = series.getValuesCount();
        check("observables." + name, values + " values", values == n, n + " values");
        observables.put(
            name, series.getValuesList().stream().mapToDouble(Double::doubleValue).toArray());
      }
    }
    return observables;
  }

  private static boolean[] booleans(List<Boolean> list) {
    boolean[] values = new boolean[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  private void check(String field, Object value, boolean holds, String expected) {
    if (!holds) {
      throw new FieldstreamException(
          GrpcStatus.DATA_LOSS,
          String.format(
              "%s: %s (expected: %s), in the message after configuration %s of the stream",
              field,
              value,
              expected,
              nextIndex == 0 ? "none" : Long.toUnsignedString(nextIndex - 1)),
          field);
    }
  }
}
