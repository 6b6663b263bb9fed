package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.zip.CRC32C;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.Alarm;
import org.fieldstream.v1.AlarmKind;
import org.fieldstream.v1.ConfigurationBatch;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.Estimate;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.PushRequest;
import org.fieldstream.v1.PushResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushTest {
  private static final int SITES = 16;

  @TempDir Path data;
  private TestServer server;
  private StreamClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            TestServer.data(data, 0), new UniformDraws("uniform", List.of(4, 4), 0, 8));
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static EnsembleHeader.Builder header(String name) {
    return EnsembleHeader.newBuilder()
        .setEnsemble(name)
        .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4).addExtents(4));
  }

  private static PushRequest head(EnsembleHeader.Builder header) {
    return PushRequest.newBuilder().setHeader(header).build();
  }

  /** An autoregressive chain of Gaussian fields. */
  private static ConfigurationBatch.Builder batch(int replica, int first, int count) {
    Random random = new Random(replica);
    double[] phi = new double[SITES];
    ByteBuffer fields =
        ByteBuffer.allocate(count * SITES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ConfigurationBatch.Builder batch = ConfigurationBatch.newBuilder().setReplica(replica);
    double rho = 0.6;
    for (int i = 0; i < first + count; i++) {
      double action = 0;
      for (int x = 0; x < SITES; x++) {
        double noise = random.nextGaussian();
        phi[x] = i == 0 ? noise : rho * phi[x] + Math.sqrt(1 - rho * rho) * noise;
        if (i >= first) {
          fields.putFloat((float) phi[x]);
          action += 0.5 * (double) (float) phi[x] * (float) phi[x];
        }
      }
      if (i >= first) {
        batch.addConfigurationIds(i).addAction(action);
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(fields.flip());
    return batch
        .addAllShape(List.of(count, 1, 4, 4))
        .setCrc32C((int) crc.getValue())
        .setFields(ByteString.copyFrom(fields.rewind()));
  }

  private static PushRequest part(ConfigurationBatch.Builder batch) {
    return PushRequest.newBuilder().setBatch(batch).build();
  }

  private Outcome<PushResponse> push(PushRequest... parts) {
    return client.clientStream(
        "fieldstream.v1.EnsembleService",
        "Push",
        List.of(parts),
        PushResponse.getDefaultInstance());
  }

  @Test
  void storesMeasuresAndAnswers() {
    List<PushRequest> parts = new ArrayList<>();
    parts.add(head(header("live")));
    for (int replica = 0; replica < 2; replica++) {
      for (int first = 0; first < 1000; first += 100) {
        parts.add(part(batch(replica, first, 100)));
      }
    }
    Outcome<PushResponse> outcome = push(parts.toArray(PushRequest[]::new));
    assertThat(outcome.status()).isEqualTo(GrpcStatus.OK);
    PushResponse answer = outcome.messages().get(0);
    assertThat(answer.getReceived()).isEqualTo(2000);
    assertThat(answer.getStored()).isEqualTo(2000);
    assertThat(answer.getSize()).isEqualTo(2000);
    assertThat(answer.getWorstActionDeviation()).isLessThan(1e-9);
    Estimate phi2 = answer.getEstimatesOrThrow("phi2");
    // phi2 relaxes with rho^2: tau_int = 1/2 + rho^2 / (1 - rho^2) = 1.06.
    assertThat(phi2.getTauInt()).isCloseTo(1.0625, within(4 * phi2.getTauIntError()));
    assertThat(phi2.getMean()).isCloseTo(1, within(4 * phi2.getError()));
    assertThat(phi2.getCount()).isEqualTo(2000);
    assertThat(answer.getAlarmsList()).isEmpty();
    // The same again changes nothing.
    PushResponse again = push(parts.toArray(PushRequest[]::new)).messages().get(0);
    assertThat(again.getStored()).isZero();
    assertThat(again.getDuplicates()).isEqualTo(2000);
    assertThat(again.getEstimatesMap()).isEqualTo(answer.getEstimatesMap());
    assertThat(new HttpGet(server.server().httpPort()).get("/metrics").body())
        .contains(
            "fieldstream_pushed_configurations_total{ensemble=\"live\",outcome=\"stored\"} 2000.0")
        .contains("fieldstream_ensemble_configurations{ensemble=\"live\"} 2000.0");
  }

  @Test
  void anEnsembleThatStillRelaxesOrKeepsItsSignIsTold() {
    List<PushRequest> parts = new ArrayList<>();
    parts.add(head(header("relaxing")));
    parts.add(part(moved(batch(0, 0, 2000), i -> 2 + 3 * Math.exp(-i / 300.0))));
    PushResponse answer = push(parts.toArray(PushRequest[]::new)).messages().get(0);
    assertThat(answer.getStored()).isEqualTo(2000);
    assertThat(answer.getAlarmsList())
        .extracting(Alarm::getKind)
        .containsExactly(AlarmKind.ALARM_KIND_NOT_THERMALISED, AlarmKind.ALARM_KIND_FROZEN);
    assertThat(answer.getAlarms(1).getSentence()).startsWith("m: did not move");
  }

  /** The same configurations with all sites moved; actions are not sent. */
  private static ConfigurationBatch.Builder moved(
      ConfigurationBatch.Builder batch, IntToDoubleFunction by) {
    ByteBuffer old = batch.getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer fields = ByteBuffer.allocate(old.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; old.hasRemaining(); i++) {
      for (int x = 0; x < SITES; x++) {
        fields.putFloat((float) (old.getFloat() + by.applyAsDouble(i)));
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(fields.flip());
    return batch
        .clearAction()
        .setCrc32C((int) crc.getValue())
        .setFields(ByteString.copyFrom(fields.rewind()));
  }

  @Test
  void tellsWhatIsWrong() {
    assertThat(push().message()).isEqualTo("header: none (expected: in the first request)");
    assertThat(push(part(batch(0, 0, 1))).status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(push(head(header("a")), head(header("a"))).message())
        .isEqualTo("header: a second one (expected: one, in the first request)");
    assertThat(push(PushRequest.getDefaultInstance()).message())
        .isEqualTo("part: none (expected: header or batch)");
    assertThat(push(head(header("../a"))).message()).startsWith("ensemble: \"../a\" (expected: ");
    assertThat(push(head(header("a").addObservables("charge"))).message())
        .isEqualTo("observables: \"charge\" (expected: some of phi2, m, those of theory gauss)");
    assertThat(push(head(header("a").setTarget(Target.newBuilder().setTheory("qcd")))).message())
        .isEqualTo("theory: qcd (expected: gauss)");
    Outcome<PushResponse> crc = push(head(header("a")), part(batch(0, 0, 2).setCrc32C(1)));
    assertThat(crc.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(crc.message()).startsWith("batch.crc32c: 00000001 (expected: ");
    Outcome<PushResponse> other = push(head(header("a").setExactness(Exactness.EXACTNESS_RAW)));
    assertThat(other.status()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
  }

  @Test
  void whatCameBeforeAFaultStays() {
    Outcome<PushResponse> broken =
        push(head(header("b")), part(batch(0, 0, 5)), part(batch(0, 5, 5).setCrc32C(1)));
    assertThat(broken.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    PushResponse again =
        push(head(header("b")), part(batch(0, 0, 5)), part(batch(0, 5, 5))).messages().get(0);
    assertThat(again.getDuplicates()).isEqualTo(5);
    assertThat(again.getStored()).isEqualTo(5);
  }

  @Test
  void aServerThatStopsKeepsWhatItAcknowledged() {
    push(head(header("kept")), part(batch(0, 0, 50)));
    server.close();
    try (EnsembleStore store = new EnsembleStore(data, GaussTheory.CATALOG, 1 << 30)) {
      assertThat(store.find("kept").size()).isEqualTo(50);
    }
  }
}
