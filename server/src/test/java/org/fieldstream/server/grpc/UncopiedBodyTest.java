package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes around Vert.x's gRPC has the bytes that Vert.x itself would send. */
final class UncopiedBodyTest {
  private static final int PER_MESSAGE = 12;
  private static final int MESSAGES = 5;

  /** Of gRPC-Web's trailer, which is a message there. */
  private static final byte TRAILER = (byte) 0x80;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(new UniformDraws("u", List.of(32, 32), 0.5, 64));
  }

  @AfterEach
  void stop() {
    server.close();
    TestServer.await(client.close().transform(v -> vertx.close()));
  }

  private static SubscribeRequest.Builder request() {
    return SubscribeRequest.newBuilder()
        .setModel("u")
        .setExactness(org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT)
        .setCount(MESSAGES * PER_MESSAGE)
        .setBatchSize(PER_MESSAGE);
  }

  private byte[] body(SubscribeRequest message, String contentType) {
    byte[] bytes = message.toByteArray();
    Buffer body = Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes);
    return TestServer.await(
            client
                .request(
                    HttpMethod.POST,
                    server.server().grpcPort(),
                    "127.0.0.1",
                    "/fieldstream.v1.SamplerService/Subscribe")
                .compose(
                    request ->
                        request
                            .putHeader("content-type", contentType)
                            .putHeader("te", "trailers")
                            .send(body))
                .compose(response -> response.body()))
        .getBytes();
  }

  /** Messages of a body up to gRPC-Web's trailer. */
  private static List<byte[]> messages(byte[] body) {
    List<byte[]> messages = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(body);
    while (in.hasRemaining() && in.get() != TRAILER) {
      byte[] message = new byte[in.getInt()];
      in.get(message);
      messages.add(message);
    }
    return messages;
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/grpc", "application/grpc+proto"})
  void theBytesAreThoseOfTheUsualWay(String contentType) {
    List<byte[]> usual = messages(body(request().build(), "application/grpc-web+proto"));
    List<byte[]> uncopied = messages(body(request().build(), contentType));
    assertThat(usual).hasSizeGreaterThanOrEqualTo(MESSAGES);
    // Resume tokens and all: nothing in a message depends on the call.
    assertThat(uncopied).hasSameSizeAs(usual);
    for (int i = 0; i < usual.size(); i++) {
      assertThat(uncopied.get(i)).as("message %d", i).isEqualTo(usual.get(i));
    }
  }

  @Test
  void theFieldsAreWhole() throws Exception {
    int configurations = 0;
    for (byte[] bytes : messages(body(request().build(), "application/grpc"))) {
      SubscribeResponse message = SubscribeResponse.parseFrom(bytes);
      CRC32C crc = new CRC32C();
      crc.update(message.getFields().asReadOnlyByteBuffer());
      assertThat((int) crc.getValue()).isEqualTo(message.getCrc32C());
      assertThat(message.getFields().size()).isEqualTo(message.getCount() * 32 * 32 * Float.BYTES);
      configurations += message.getCount();
    }
    assertThat(configurations).isEqualTo(MESSAGES * PER_MESSAGE);
  }

  @Test
  void messagesWithoutFieldsGoTheSameWay() throws Exception {
    SubscribeRequest bare = request().setOmitFields(true).build();
    List<byte[]> messages = messages(body(bare, "application/grpc"));
    List<byte[]> usual = messages(body(bare, "application/grpc-web+proto"));
    assertThat(messages).hasSizeGreaterThanOrEqualTo(MESSAGES).hasSameSizeAs(usual);
    for (int i = 0; i < usual.size(); i++) {
      assertThat(messages.get(i)).isEqualTo(usual.get(i));
      assertThat(SubscribeResponse.parseFrom(messages.get(i)).getFields().isEmpty()).isTrue();
    }
  }
}
