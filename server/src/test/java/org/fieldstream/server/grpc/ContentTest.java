package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What messages say is what the API promises. */
final class ContentTest {
  private static TestServer server;
  private static StreamClient client;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            new UniformDraws("u", List.of(3, 2), 0.5, 64),
            new UniformDraws("one", List.of(2), 2.0, 256),
            new AutoregressiveChains(8, Exactness.LANGEVIN_ADJUSTED));
    client = server.client();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static SubscribeRequest.Builder request(org.fieldstream.v1.Exactness exactness) {
    return SubscribeRequest.newBuilder()
        .setModel("u")
        .setExactness(exactness)
        .setSeed(11)
        .setCount(20)
        .setBatchSize(8);
  }

  private static List<SubscribeResponse> read(SubscribeRequest request) {
    Outcome<SubscribeResponse> outcome = client.collect(request);
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return outcome.messages();
  }

  private static int crc32c(ByteString bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    return (int) crc.getValue();
  }

  @Test
  void messagesDescribeThemselves() {
    List<SubscribeResponse> messages =
        read(
            request(org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT)
                .addObservables("m")
                .addObservables("phi2")
                .build());
    assertThat(messages.stream().map(SubscribeResponse::getCount)).containsExactly(8, 8, 4);
    assertThat(messages.stream().map(SubscribeResponse::getFirstIndex))
        .containsExactly(0L, 8L, 16L);
    for (SubscribeResponse message : messages) {
      int n = message.getCount();
      assertThat(message.getShapeList()).containsExactly(n, 1, 3, 2);
      assertThat(message.getDtype()).isEqualTo(DType.DTYPE_FLOAT32);
      assertThat(message.getExactness()).isEqualTo(org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT);
      assertThat(message.getModelDigest()).isEqualTo("sha256:" + "ab".repeat(32));
      assertThat(message.getAcceptedCount()).isZero();
      assertThat(message.getCrc32C()).isEqualTo(crc32c(message.getFields()));
      ByteBuffer fields = message.getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      assertThat(fields.remaining()).isEqualTo(n * 6 * 4);
      for (int i = 0; i < n; i++) {
        double square = 0;
        double sum = 0;
        for (int x = 0; x < 6; x++) {
          double phi = fields.getFloat();
          square += phi * phi;
          sum += phi;
        }
        assertThat(message.getAction(i)).isEqualTo(square * 0.75);
        assertThat(message.getLogWeight(i)).isEqualTo(-square * 0.75 + 6 * Math.log(4));
        assertThat(message.getObservablesOrThrow("phi2").getValues(i)).isEqualTo(square / 6);
        assertThat(message.getObservablesOrThrow("m").getValues(i)).isEqualTo(sum / 6);
      }
    }
  }

  @Test
  void float64WidensAndOmittedFieldsStayAway() {
    SubscribeRequest.Builder request = request(org.fieldstream.v1.Exactness.EXACTNESS_METROPOLIS);
    List<SubscribeResponse> narrow = read(request.build());
    List<SubscribeResponse> wide = read(request.setDtype(DType.DTYPE_FLOAT64).build());
    List<SubscribeResponse> without = read(request.setOmitFields(true).build());
    for (int k = 0; k < narrow.size(); k++) {
      ByteBuffer floats =
          narrow.get(k).getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer doubles =
          wide.get(k).getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      assertThat(doubles.remaining()).isEqualTo(2 * floats.remaining());
      while (floats.hasRemaining()) {
        assertThat(doubles.getDouble()).isEqualTo(floats.getFloat());
      }
      assertThat(wide.get(k).getCrc32C()).isEqualTo(crc32c(wide.get(k).getFields()));
      assertThat(without.get(k).getFields()).isEmpty();
      assertThat(without.get(k).getCrc32C()).isZero();
      assertThat(without.get(k).getShapeList()).isEqualTo(wide.get(k).getShapeList());
      assertThat(without.get(k).getActionList()).isEqualTo(narrow.get(k).getActionList());
    }
  }

  /** Left to the server, the first message is small, so that it is soon there. */
  @Test
  void theFirstMessageIsSmallWhereTheServerChooses() {
    List<SubscribeResponse> messages =
        read(
            request(org.fieldstream.v1.Exactness.EXACTNESS_RAW)
                .setCount(100)
                .setBatchSize(0)
                .build());
    assertThat(messages.stream().map(SubscribeResponse::getCount)).containsExactly(16, 84);
    assertThat(messages.stream().map(SubscribeResponse::getFirstIndex)).containsExactly(0L, 16L);
  }

  @Test
  void aRejectedProposalRepeatsTheState() {
    List<SubscribeResponse> messages =
        read(
            request(org.fieldstream.v1.Exactness.EXACTNESS_METROPOLIS)
                .setCount(400)
                .setBatchSize(400)
                .build());
    assertThat(messages).hasSize(1);
    SubscribeResponse message = messages.get(0);
    int rejected = 0;
    for (int i = 1; i < 400; i++) {
      ByteString before = message.getFields().substring((i - 1) * 24, i * 24);
      ByteString now = message.getFields().substring(i * 24, (i + 1) * 24);
      assertThat(now.equals(before)).isEqualTo(!message.getAccepted(i));
      assertThat(message.getAction(i) == message.getAction(i - 1))
          .isEqualTo(!message.getAccepted(i));
      rejected += message.getAccepted(i) ? 0 : 1;
    }
    assertThat(rejected).isBetween(20, 380);
  }

  @Test
  void chainsHaveVerdictsAndNoWeights() {
    List<SubscribeResponse> messages =
        read(
            SubscribeRequest.newBuilder()
                .setModel("ar")
                .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4))
                .setCount(20)
                .build());
    assertThat(messages)
        .allSatisfy(
            message -> {
              assertThat(message.getExactness())
                  .isEqualTo(org.fieldstream.v1.Exactness.EXACTNESS_LANGEVIN_ADJUSTED);
              assertThat(message.getLogWeightCount()).isZero();
              assertThat(message.getAcceptedCount()).isEqualTo(message.getCount());
              assertThat(message.getModelDigest()).matches("sha256:[0-9a-f]{64}");
            });
  }

  /** Proposals uniform in (-2, 2), target exp(-3 phi^2 / 2) there: <phi^2> from its integrals. */
  @Test
  void metropolisAndWeightsGiveTheExactMean() {
    double weight = 0;
    double square = 0;
    int steps = 4000;
    for (int k = 0; k < steps; k++) {
      double phi = -2 + 4 * (k + 0.5) / steps;
      weight += Math.exp(-1.5 * phi * phi);
      square += phi * phi * Math.exp(-1.5 * phi * phi);
    }
    double exact = square / weight;
    SubscribeRequest.Builder request =
        SubscribeRequest.newBuilder().setModel("one").setCount(40_000).addObservables("phi2");

    List<Double> chain = new ArrayList<>();
    read(request.setExactness(org.fieldstream.v1.Exactness.EXACTNESS_METROPOLIS).build())
        .forEach(m -> chain.addAll(m.getObservablesOrThrow("phi2").getValuesList()));
    Estimate mean =
        new GammaMethod().mean(chain.stream().mapToDouble(Double::doubleValue).toArray());
    assertThat(Math.abs(mean.mean() - exact)).isLessThan(4 * mean.error());
    assertThat(mean.error()).isLessThan(0.01);

    double sumW = 0;
    double sumWf = 0;
    double sumW2 = 0;
    for (SubscribeResponse m :
        read(request.setExactness(org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT).build())) {
      for (int i = 0; i < m.getCount(); i++) {
        double w = Math.exp(m.getLogWeight(i));
        sumW += w;
        sumW2 += w * w;
        sumWf += w * m.getObservablesOrThrow("phi2").getValues(i);
      }
    }
    double effective = sumW * sumW / sumW2;
    // phi^2 per site is below 4, so its standard deviation is below 1 for this target.
    assertThat(Math.abs(sumWf / sumW - exact)).isLessThan(4 * 0.5 / Math.sqrt(effective));
  }
}
