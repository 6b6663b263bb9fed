package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import java.util.List;
import org.fieldstream.v1.DType;

/**
 * How the configurations of a batch came out of noise, verified as they are: each at some levels of
 * the noise.
 *
 * @param sigmas strength of the noise at each level, from most to least (standard deviation at a
 *     site, in units of the field); 0 is the configuration itself
 * @param shape shape of one configuration's levels, {@code [levels, components, L0, L1, ...]}
 * @param dtype type of the values in {@code fieldBytes}
 * @param fieldBytes little-endian values, C order {@code [n, levels, components, L0, L1, ...]}
 */
public record DenoisingBatch(
    List<Double> sigmas, List<Integer> shape, DType dtype, ByteString fieldBytes) {
  /** The fields as a new array {@code [n, levels, components, L0, L1, ...]}, C order. */
  public float[] floats() {
    return new FieldValues(dtype, fieldBytes).floats();
  }

  /**
   * The fields in double precision, a new array {@code [n, levels, components, L0, L1, ...]}, C
   * order.
   */
  public double[] doubles() {
    return new FieldValues(dtype, fieldBytes).doubles();
  }
}
