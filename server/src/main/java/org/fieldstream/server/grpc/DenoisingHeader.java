package org.fieldstream.server.grpc;

import java.nio.ByteBuffer;
import org.fieldstream.server.session.StreamBatch;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.v1.Denoising;
import org.fieldstream.v1.SubscribeResponse;

/** What stands before the values of {@code denoising.fields} in a message. */
final class DenoisingHeader {
  private DenoisingHeader() {}

  /**
   * The beginning of {@code denoising}, up to its values.
   *
   * @param header what comes before it; not modified
   * @return both
   */
  static byte[] append(byte[] header, StreamPlan plan, StreamBatch batch) {
    Denoising.Builder denoising =
        Denoising.newBuilder()
            .addShape(batch.count())
            .addShape(plan.levels().count())
            .addShape(plan.shape().components())
            .addAllShape(plan.shape().extents())
            .setCrc32C(batch.levelsCrc32c());
    if (batch.firstIndex() == plan.first()) {
      denoising.addAllSigmas(plan.levels().sigmas());
    }
    byte[] rest = denoising.build().toByteArray();
    int length = batch.levels().length();
    byte[] inner = EncodedBatch.prefix(Denoising.FIELDS_FIELD_NUMBER, length);
    byte[] outer =
        EncodedBatch.prefix(
            SubscribeResponse.DENOISING_FIELD_NUMBER,
            Math.addExact(rest.length + inner.length, length));
    return ByteBuffer.allocate(header.length + outer.length + rest.length + inner.length)
        .put(header)
        .put(outer)
        .put(rest)
        .put(inner)
        .array();
  }
}
