package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.fieldstream.v1.Alarm;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Exactness;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive configurations of one stream, verified: checksum, sizes and order are right. The
 * arrays belong to the receiver.
 *
 * @param firstIndex stream index of the first configuration
 * @param count number of configurations, {@code n >= 1}
 * @param shape shape of one configuration, {@code [components, L0, L1, ...]}
 * @param dtype type of the values in {@code fieldBytes}
 * @param exactness how the stream relates to exp(-S)
 * @param modelDigest digest of the model that drew the configurations
 * @param action S of each configuration, dimensionless, length n
 * @param logWeight -S - log q of each configuration (nats), length n; length 0 for Markov chains
 * @param accepted whether the proposal that led to each configuration was accepted, length n;
 *     length 0 where nothing is proposed
 * @param observables one value per configuration by name, each of length n
 * @param alarms what looks wrong with the stream so far, by the server's judgement; at most one of
 *     each kind
 * @param resumePoint where the stream goes on after this batch
 * @param denoising how they came out of noise; null where the request did not ask for it
 * @param fieldBytes little-endian values, C order {@code [n, components, L0, L1, ...]}, in the
 *     pieces of up to 64 KiB in which they came; empty where the request omitted fields
 */
public record ConfigurationBatch(
    long firstIndex,
    int count,
    List<Integer> shape,
    DType dtype,
    Exactness exactness,
    String modelDigest,
    double[] action,
    double[] logWeight,
    boolean[] accepted,
    Map<String, double[]> observables,
    List<Alarm> alarms,
    ResumePoint resumePoint,
    @Nullable DenoisingBatch denoising,
    ByteString fieldBytes) {

  /** Whether field values came along. */
  public boolean hasFields() {
    return !fieldBytes.isEmpty();
  }

  /** Number of values of one configuration: the product of {@link #shape}. */
  public int size() {
    int size = 1;
    for (int extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    return size;
  }

  /** The fields as a new array {@code [n, components, L0, L1, ...]}, C order. */
  public float[] floats() {
    return new FieldValues(dtype, fieldBytes).floats();
  }

  /** The fields in double precision, a new array {@code [n, components, L0, L1, ...]}, C order. */
  public double[] doubles() {
    return new FieldValues(dtype, fieldBytes).doubles();
  }
}
