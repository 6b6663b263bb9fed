package org.fieldstream.client.sdk;

import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Judge;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposeResponse;

/**
 * Holds a session to its promises: as many proposals as were asked for, indices without gap, one
 * model, as many values as proposals, and a checksum that matches. Not thread-safe.
 */
final class ProposalVerifier {
  private final ProposalSession session;
  private long nextIndex;
  private String digest = "";

  ProposalVerifier(ProposalSession session) {
    this.session = session;
    nextIndex = session.getFirstIndex();
  }

  /**
   * Checks the answer to an ask.
   *
   * @param asked how many proposals it shall hold
   * @throws FieldstreamException {@code DATA_LOSS} for an answer that is damaged or out of place
   */
  ProposalBatch verify(ProposeResponse answer, int asked) {
    int n = answer.getCount();
    check("count", n, n == asked, asked);
    check("first_index", answer.getFirstIndex(), answer.getFirstIndex() == nextIndex, nextIndex);
    if (digest.isEmpty()) {
      digest = answer.getModelDigest();
    }
    String model = answer.getModelDigest();
    check("model_digest", model, model.equals(digest), digest);
    DType wanted =
        session.getDtype() == DType.DTYPE_UNSPECIFIED ? DType.DTYPE_FLOAT32 : session.getDtype();
    check("dtype", answer.getDtype(), answer.getDtype() == wanted, wanted);
    List<Integer> shape = answer.getShapeList();
    check(
        "shape",
        shape,
        shape.size() >= 2 && shape.get(0) == n && shape.stream().allMatch(e -> e >= 1),
        "[" + n + ", components, L0, ...]");
    long bytes = wanted == DType.DTYPE_FLOAT64 ? Double.BYTES : Float.BYTES;
    bytes = FieldSize.of(bytes, shape);
    int size = answer.getFields().size();
    check("fields", size + " bytes", size == bytes, bytes + " bytes");
    int crc = Checksum.of(answer.getFields());
    check(
        "crc32c",
        String.format("%08x over the bytes received", crc),
        crc == answer.getCrc32C(),
        String.format("%08x, as sent", answer.getCrc32C()));
    check("action", answer.getActionCount() + " values", answer.getActionCount() == n, n);
    check("log_q", answer.getLogQCount() + " values", answer.getLogQCount() == n, n);
    int decisions = session.getJudge() == Judge.JUDGE_SERVER ? n : 0;
    int found = answer.getAcceptedCount();
    check("accepted", found + " values", found == decisions, decisions);
    long first = nextIndex;
    nextIndex += n;
    boolean[] accepted = new boolean[found];
    for (int i = 0; i < found; i++) {
      accepted[i] = answer.getAccepted(i);
    }
    return new ProposalBatch(
        first,
        n,
        List.copyOf(shape.subList(1, shape.size())),
        wanted,
        model,
        answer.getActionList().stream().mapToDouble(Double::doubleValue).toArray(),
        answer.getLogQList().stream().mapToDouble(Double::doubleValue).toArray(),
        accepted,
        answer.hasCurrent() ? answer.getCurrent() : null,
        answer.getJudgedTotal(),
        answer.getAcceptedTotal(),
        answer.getFields());
  }

  private void check(String field, Object value, boolean holds, Object expected) {
    if (!holds) {
      throw new FieldstreamException(
          GrpcStatus.DATA_LOSS,
          String.format(
              "%s: %s (expected: %s), in the answer that begins at proposal %s",
              field, value, expected, Long.toUnsignedString(nextIndex)),
          field);
    }
  }
}
