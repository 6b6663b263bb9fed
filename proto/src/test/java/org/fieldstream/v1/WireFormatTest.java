package org.fieldstream.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Bytes written out by hand from the protobuf encoding specification, as a client without our
 * generated classes sees them.
 */
class WireFormatTest {
  /** Fields 1.0f and -2.0f, little-endian. */
  private static final String FIELDS = "0000803f" + "000000c0";

  @Test
  void responseHasTheDocumentedBytesWithThePayloadLast() {
    byte[] payload =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1.0f)
            .putFloat(-2.0f)
            .array();
    CRC32C crc = new CRC32C();
    crc.update(payload);
    SubscribeResponse response =
        SubscribeResponse.newBuilder()
            .setFields(ByteString.copyFrom(payload))
            .setFirstIndex(300)
            .setCount(1)
            .addShape(1)
            .addShape(1)
            .addShape(2)
            .setDtype(DType.DTYPE_FLOAT32)
            .setExactness(Exactness.EXACTNESS_METROPOLIS)
            .addAction(1.5)
            .addAccepted(true)
            .putObservables("m", Series.newBuilder().addValues(-0.5).build())
            .setCrc32C((int) crc.getValue())
            .build();

    String expected =
        "08ac02" // 1, varint: 300
            + "1001" // 2, varint: 1
            + "1a03010102" // 3, packed: [1, 1, 2]
            + "2001" // 4, varint: FLOAT32
            + "2801" // 5, varint: METROPOLIS
            + "3a08000000000000f83f" // 7, packed: [1.5]
            + "4a0101" // 9, packed: [true]
            + "520f" // 10, entry of 15 bytes
            + "0a016d" // key "m"
            + "120a0a08000000000000e0bf" // value: Series of packed [-0.5]
            + "65" // 12, four bytes, little-endian
            + HexFormat.of()
                .formatHex(
                    ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt((int) crc.getValue())
                        .array())
            + "7a08" // 15, eight bytes
            + FIELDS;
    assertThat(HexFormat.of().formatHex(response.toByteArray())).isEqualTo(expected);
  }

  @Test
  void theWayOutOfNoiseStandsBeforeThePayload() throws Exception {
    String bytes =
        "1001" // 2, varint: 1
            + "722a" // 14: Denoising of 42 bytes
            + "0a10" // 1, packed, 16 bytes
            + "0000000000000440" // 2.5
            + "0000000000000000" // 0
            + "120401020102" // 2, packed: [1, 2, 1, 2]
            + "1d04030201" // 3, four bytes, little-endian
            + "7a0b" // 15, eleven bytes
            + "00".repeat(11)
            + "7a08" // 15, eight bytes
            + FIELDS;
    SubscribeResponse response = SubscribeResponse.parseFrom(HexFormat.of().parseHex(bytes));
    assertThat(response.getDenoising().getSigmasList()).containsExactly(2.5, 0.0);
    assertThat(response.getDenoising().getShapeList()).containsExactly(1, 2, 1, 2);
    assertThat(response.getDenoising().getCrc32C()).isEqualTo(0x01020304);
    assertThat(response.getDenoising().getFields().size()).isEqualTo(11);
    assertThat(response.getFields().size()).isEqualTo(8);
    assertThat(HexFormat.of().formatHex(response.toByteArray())).isEqualTo(bytes);
    SubscribeRequest request =
        SubscribeRequest.newBuilder().setDenoising(NoiseLevels.newBuilder().setCount(8)).build();
    assertThat(HexFormat.of().formatHex(request.toByteArray())).isEqualTo("5a020808");
  }

  @Test
  void requestOfAForeignClientIsUnderstood() throws Exception {
    String bytes =
        "0a03686d63" // 1: "hmc"
            + "122c" // 2: Target of 44 bytes
            + "0a0470686934" // 1: "phi4"
            + "10081008" // 2, not packed, as encoders may: 8, 8
            + "1a0d0a026d321100000000000010c0" // 3: "m2", -4
            + "1a110a066c616d626461110000000000001840" // 3: "lambda", 6
            + "20ffffffffffffffffff01" // 4: 2^64 - 1
            + "3007" // 6: 7
            + "4801"; // 9: true
    SubscribeRequest request = SubscribeRequest.parseFrom(HexFormat.of().parseHex(bytes));

    assertThat(request)
        .isEqualTo(
            SubscribeRequest.newBuilder()
                .setModel("hmc")
                .setTarget(
                    Target.newBuilder()
                        .setTheory("phi4")
                        .addExtents(8)
                        .addExtents(8)
                        .putCouplings("m2", -4)
                        .putCouplings("lambda", 6))
                .setSeed(-1L)
                .setBatchSize(7)
                .setOmitFields(true)
                .build());
    assertThat(request.getExactness()).isEqualTo(Exactness.EXACTNESS_UNSPECIFIED);
    assertThat(request.getCount()).isZero();
  }
}
