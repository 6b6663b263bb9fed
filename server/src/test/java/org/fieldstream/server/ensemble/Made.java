package org.fieldstream.server.ensemble;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.theory.Target;

/** Batches of made-up configurations of the tests' Gaussian theory on 4 x 4 sites. */
final class Made {
  static final Target TARGET = new Target("gauss", List.of(4, 4), Map.of());
  static final int VALUES = 16;

  private Made() {}

  static EnsembleSpec spec(String name, Precision precision, Exactness exactness) {
    return new EnsembleSpec(name, TARGET, precision, exactness, "test 1", Map.of("host", "here"));
  }

  static EnsembleSpec spec(String name) {
    return spec(name, Precision.FLOAT32, Exactness.METROPOLIS);
  }

  /** Configuration {@code id} of a replica: normals, a function of both. */
  static double[] configuration(int replica, long id) {
    Random random = new Random(1000L * replica + id);
    double[] values = new double[VALUES];
    for (int x = 0; x < VALUES; x++) {
      // Rounded, so that both number formats hold the same.
      values[x] = (float) random.nextGaussian();
    }
    return values;
  }

  static double action(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum / 2;
  }

  /** Ids {@code first} to {@code first + count - 1}. */
  static Batch batch(int replica, long first, int count) {
    return batch(replica, first, count, Precision.FLOAT32);
  }

  static Batch batch(int replica, long first, int count, Precision precision) {
    ByteBuffer fields =
        ByteBuffer.allocate(count * VALUES * precision.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    long[] ids = new long[count];
    double[] action = new double[count];
    for (int i = 0; i < count; i++) {
      ids[i] = first + i;
      double[] values = configuration(replica, ids[i]);
      action[i] = action(values);
      for (double value : values) {
        if (precision == Precision.FLOAT32) {
          fields.putFloat((float) value);
        } else {
          fields.putDouble(value);
        }
      }
    }
    return batch(replica, ids, action, new double[0], fields);
  }

  static Batch batch(
      int replica, long[] ids, double[] action, double[] logWeight, ByteBuffer fields) {
    CRC32C crc = new CRC32C();
    crc.update(fields.duplicate().clear());
    return new Batch(
        replica,
        ids,
        List.of(ids.length, 1, 4, 4),
        action,
        logWeight,
        (int) crc.getValue(),
        fields);
  }
}
