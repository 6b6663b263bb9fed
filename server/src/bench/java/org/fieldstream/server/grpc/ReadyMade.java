package org.fieldstream.server.grpc;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.fieldstream.server.session.FieldBytes;
import org.fieldstream.server.session.StreamBatch;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;

/**
 * A batch of 32 x 32 configurations in float32 that was made beforehand, so that only its way to
 * the client is measured.
 */
final class ReadyMade {
  static final int EXTENT = 32;
  static final String MODEL = "ready-made";
  private static final int BYTES = EXTENT * EXTENT * Float.BYTES;
  private static final int TOKEN_BYTES = 64;

  private final int count;
  private final byte[] fields;
  private final FieldBytes ready;
  private final double[] action;
  private final boolean[] accepted;
  private final byte[] token = new byte[TOKEN_BYTES];
  private final int crc32c;

  /**
   * A batch.
   *
   * @param fieldBytes bytes of its field values, a multiple of 4096
   */
  ReadyMade(int fieldBytes) {
    count = fieldBytes / BYTES;
    fields = new byte[count * BYTES];
    action = new double[count];
    accepted = new boolean[count];
    Random random = new Random(1);
    random.nextBytes(fields);
    random.nextBytes(token);
    ready = FieldBytes.of(fields);
    CRC32C crc = new CRC32C();
    crc.update(fields);
    crc32c = (int) crc.getValue();
  }

  /** Configurations in it. */
  int count() {
    return count;
  }

  /** Bytes of its field values: what counts as goodput. */
  int fieldBytes() {
    return fields.length;
  }

  /** As it comes from the device. */
  StreamBatch batch(long firstIndex) {
    return new StreamBatch(
        firstIndex,
        count,
        action,
        action,
        accepted,
        new double[0][],
        List.of(),
        token,
        0,
        FieldBytes.NONE,
        crc32c,
        ready);
  }

  /** The same as a message, for a server that is not ours. */
  SubscribeResponse message() {
    SubscribeResponse.Builder message =
        SubscribeResponse.newBuilder()
            .setCount(count)
            .addShape(count)
            .addShape(1)
            .addShape(EXTENT)
            .addShape(EXTENT)
            .setDtype(DType.DTYPE_FLOAT32)
            .setExactness(Exactness.EXACTNESS_METROPOLIS)
            .setModelDigest("sha256:" + "ab".repeat(32))
            .setResumeToken(ByteString.copyFrom(token))
            .setCrc32C(crc32c)
            .setFields(ByteString.copyFrom(fields));
    for (int i = 0; i < count; i++) {
      message.addAction(action[i]).addLogWeight(action[i]).addAccepted(accepted[i]);
    }
    return message.build();
  }

  /** Asks for so many of them. */
  SubscribeRequest request(int messages) {
    return SubscribeRequest.newBuilder()
        .setModel(MODEL)
        .setTarget(Target.newBuilder().setTheory("gauss").addExtents(EXTENT).addExtents(EXTENT))
        .setCount((long) messages * count)
        .setBatchSize(count)
        .build();
  }
}
