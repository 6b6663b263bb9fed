package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Series;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.Test;

/** A message is what Protocol Buffers would make of it, wherever it was cut. */
class MessageReaderTest {
  private static SubscribeResponse message(int fieldBytes) {
    byte[] fields = new byte[fieldBytes];
    new Random(5).nextBytes(fields);
    return SubscribeResponse.newBuilder()
        .setFirstIndex(1L << 40)
        .setCount(2)
        .addShape(2)
        .addShape(1)
        .setExactness(Exactness.EXACTNESS_METROPOLIS)
        .addAction(-1.5)
        .addAction(2.5)
        .addAccepted(true)
        .putObservables("phi2", Series.newBuilder().addValues(0.25).build())
        .setCrc32C(-7)
        .setResumeToken(ByteString.copyFromUtf8("token"))
        .setFields(ByteString.copyFrom(fields))
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    900,
                    UnknownFieldSet.Field.newBuilder()
                        .addFixed32(3)
                        .addFixed64(4)
                        .addVarint(-1)
                        .build())
                .build())
        .build();
  }

  private static ByteString cut(byte[] bytes, int longest, Random random) {
    List<ByteString> parts = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int n = Math.min(bytes.length - at, 1 + random.nextInt(longest));
      parts.add(UnsafeByteOperations.unsafeWrap(bytes, at, n));
      at += n;
    }
    return ByteString.copyFrom(parts);
  }

  @Test
  void aMessageIsReadWhereverItIsCut() throws Exception {
    Random random = new Random(6);
    for (int fieldBytes : new int[] {0, 1, 5000}) {
      SubscribeResponse message = message(fieldBytes);
      for (int longest : new int[] {1, 3, 700, 10_000}) {
        assertThat(MessageReader.read(cut(message.toByteArray(), longest, random)))
            .as("%d bytes of fields in pieces of up to %d", fieldBytes, longest)
            .isEqualTo(message);
      }
    }
  }

  @Test
  void fieldValuesStayWhereTheyAre() throws Exception {
    byte[] bytes = message(5000).toByteArray();
    ByteString half = UnsafeByteOperations.unsafeWrap(bytes, 0, bytes.length / 2);
    ByteString rest = UnsafeByteOperations.unsafeWrap(bytes).substring(bytes.length / 2);
    SubscribeResponse read = MessageReader.read(half.concat(rest));
    ByteString before = ByteString.copyFrom(read.getFields().toByteArray());
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
    }
    byte[] after = read.getFields().toByteArray();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i]).isEqualTo((byte) (before.byteAt(i) ^ 1));
    }
  }

  @Test
  void theLastOfSeveralValuesCounts() throws Exception {
    SubscribeResponse first = message(300);
    SubscribeResponse second =
        SubscribeResponse.newBuilder().setFields(first.getFields().substring(7)).build();
    ByteString both = first.toByteString().concat(second.toByteString());
    assertThat(MessageReader.read(both)).isEqualTo(SubscribeResponse.parseFrom(both));
  }

  @Test
  void whatIsNoMessageIsRefused() {
    byte[] whole = message(100).toByteArray();
    for (int length : new int[] {1, whole.length / 2, whole.length - 1}) {
      assertThatThrownBy(() -> MessageReader.read(ByteString.copyFrom(whole, 0, length)))
          .as("the first %d bytes", length)
          .isInstanceOf(InvalidProtocolBufferException.class);
    }
    byte[] group = {(byte) (20 << 3 & 0x7F | 0x80 | 3), 1};
    byte[] endless = new byte[12];
    Arrays.fill(endless, (byte) 0xFF);
    for (byte[] bytes : List.of(group, endless, new byte[] {0, 0})) {
      assertThatThrownBy(() -> MessageReader.read(ByteString.copyFrom(bytes)))
          .isInstanceOf(InvalidProtocolBufferException.class);
    }
  }
}
