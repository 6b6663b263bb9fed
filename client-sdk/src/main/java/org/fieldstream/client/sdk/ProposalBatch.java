package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.StateDensity;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive independent proposals, verified: checksum, sizes and order are right. The arrays
 * belong to the receiver.
 *
 * @param firstIndex index of the first proposal in the session's sequence
 * @param count number of proposals, {@code n >= 1}
 * @param shape shape of one proposal, {@code [components, L0, L1, ...]}
 * @param dtype type of the values in {@code fieldBytes}
 * @param modelDigest digest of the model that drew them
 * @param action S of each, dimensionless, length n
 * @param logDensity normalised log q of each (nats), length n
 * @param accepted the server's decisions, each from the state that the one before left, length n;
 *     length 0 where the client decides
 * @param current S and log q of the state that was told; null where none was
 * @param judged proposals of the session judged so far
 * @param acceptedTotal those of them that were accepted
 * @param fieldBytes little-endian values, C order {@code [n, components, L0, L1, ...]}
 */
public record ProposalBatch(
    long firstIndex,
    int count,
    List<Integer> shape,
    DType dtype,
    String modelDigest,
    double[] action,
    double[] logDensity,
    boolean[] accepted,
    @Nullable StateDensity current,
    long judged,
    long acceptedTotal,
    ByteString fieldBytes) {

  /** The log weight w = -S - log q of proposal i, 0 to n - 1 (nats). */
  public double logWeight(int i) {
    return -action[i] - logDensity[i];
  }

  /**
   * The field of proposal i, 0 to n - 1, a new array {@code [components, L0, L1, ...]}, C order.
   */
  public double[] field(int i) {
    int size = fieldBytes.size() / count;
    ByteBuffer bytes =
        fieldBytes
            .substring(i * size, (i + 1) * size)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    boolean wide = dtype == DType.DTYPE_FLOAT64;
    double[] values = new double[size / (wide ? Double.BYTES : Float.BYTES)];
    for (int x = 0; x < values.length; x++) {
      values[x] = wide ? bytes.getDouble() : bytes.getFloat();
    }
    return values;
  }
}
