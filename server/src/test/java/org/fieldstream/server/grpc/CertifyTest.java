package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.Certificate;
import org.fieldstream.v1.CertifiedStream;
import org.fieldstream.v1.CertifyRequest;
import org.fieldstream.v1.CertifyResponse;
import org.fieldstream.v1.ConfigurationBatch;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.ListEnsemblesRequest;
import org.fieldstream.v1.ListEnsemblesResponse;
import org.fieldstream.v1.PushRequest;
import org.fieldstream.v1.PushResponse;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.fieldstream.v1.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations streamed by a real server, pushed back into it, and certified. */
class CertifyTest {
  private static final String SERVICE = "fieldstream.v1.EnsembleService";
  private static final String FLOW = "phi4-continuous-8x8";
  private static final Target TARGET =
      Target.newBuilder()
          .setTheory("phi4")
          .addAllExtents(List.of(8, 8))
          .putCouplings("m2", -4)
          .putCouplings("lambda", 6.008)
          .build();

  @TempDir Path data;
  private TestServer server;
  private StreamClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            TestServer.data(data, 500),
            MachineLineup.only(Machines.open("vector")),
            ModelStore.bundled().list().toArray(Model[]::new));
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private PushResponse push(String name, double scale) {
    List<PushRequest> parts = new ArrayList<>();
    parts.add(
        PushRequest.newBuilder()
            .setHeader(EnsembleHeader.newBuilder().setEnsemble(name).setTarget(TARGET))
            .build());
    Outcome<SubscribeResponse> stream =
        client.collect(
            SubscribeRequest.newBuilder()
                .setModel(FLOW)
                .setSeed(4)
                .setCount(500)
                .setBatchSize(100)
                .build());
    for (SubscribeResponse batch : stream.messages()) {
      parts.add(PushRequest.newBuilder().setBatch(batch(batch, scale)).build());
    }
    return client
        .clientStream(SERVICE, "Push", parts, PushResponse.getDefaultInstance())
        .messages()
        .get(0);
  }

  private static ConfigurationBatch batch(SubscribeResponse from, double scale) {
    ByteBuffer fields = ByteBuffer.allocate(from.getFields().size()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer streamed = from.getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (streamed.hasRemaining()) {
      fields.putFloat((float) (scale * streamed.getFloat()));
    }
    CRC32C crc = new CRC32C();
    crc.update(fields.flip());
    ConfigurationBatch.Builder batch =
        ConfigurationBatch.newBuilder()
            .addAllShape(from.getShapeList())
            .setCrc32C((int) crc.getValue())
            .setFields(ByteString.copyFrom(fields.rewind()));
    for (int i = 0; i < from.getCount(); i++) {
      batch.addConfigurationIds(from.getFirstIndex() + i);
      if (scale == 1) {
        batch.addAction(from.getAction(i));
      }
    }
    return batch.build();
  }

  private Outcome<CertifyResponse> certify(CertifyRequest.Builder request) {
    return client.call(SERVICE, "Certify", request.build(), CertifyResponse.getDefaultInstance());
  }

  private static Certificate last(Outcome<CertifyResponse> outcome) {
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return outcome.messages().get(outcome.messages().size() - 1).getCertificate();
  }

  private ListEnsemblesResponse list() {
    return client
        .call(
            SERVICE,
            "ListEnsembles",
            ListEnsemblesRequest.getDefaultInstance(),
            ListEnsemblesResponse.getDefaultInstance())
        .messages()
        .get(0);
  }

  @Test
  void whatIsPushedIsCertifiedByItself() {
    PushResponse pushed = push("true", 1);
    assertThat(pushed.getStored()).isEqualTo(500);
    // What the server streams, it recomputes: float32 fields, sums in double.
    assertThat(pushed.getWorstActionDeviation()).isLessThan(1e-5);
    await().atMost(Duration.ofMinutes(2)).until(() -> list().getEnsembles(0).hasCertificate());
    Certificate certificate = list().getEnsembles(0).getCertificate();
    assertThat(certificate.getVerdict()).isEqualTo(Verdict.VERDICT_PASSED);
    assertThat(certificate.getConfigurations()).isEqualTo(500);
    assertThat(data.resolve("ensembles/true/certificate.json")).exists();
    assertThat(new HttpGet(server.server().httpPort()).get("/metrics").body())
        .contains("fieldstream_certificate_passed{subject=\"true\"} 1.0");
  }

  @Test
  void certifiesAnEnsembleOnDemand() {
    push("scaled", 1.1);
    Certificate certificate =
        last(certify(CertifyRequest.newBuilder().setEnsemble("scaled").setSeed(2)));
    assertThat(certificate.getVerdict()).isEqualTo(Verdict.VERDICT_REFUSED);
    assertThat(certificate.getSigmas()).isGreaterThan(5);
    assertThat(certificate.getTarget()).isEqualTo(TARGET);
    assertThat(certificate.getTestsList())
        .anySatisfy(t -> assertThat(t.getName()).isEqualTo("sd_field"));
    assertThat(certificate.getDetectableBiasesCount()).isPositive();
    assertThat(certificate.getSentence()).startsWith("does not follow exp(-S): ");
  }

  @Test
  void certifiesWhatItStreams() {
    Certificate certificate =
        last(
            certify(
                CertifyRequest.newBuilder()
                    .setStream(CertifiedStream.newBuilder().setModel(FLOW).setSeed(3))
                    .setConfigurations(500)));
    assertThat(certificate.getVerdict()).isEqualTo(Verdict.VERDICT_PASSED);
    assertThat(certificate.getSubject()).isEqualTo(FLOW + " METROPOLIS");
    assertThat(certificate.getExactness()).isEqualTo(Exactness.EXACTNESS_METROPOLIS);
  }

  @Test
  void tellsWhatIsWrong() {
    assertThat(certify(CertifyRequest.newBuilder()).message())
        .isEqualTo("subject: none (expected: ensemble or stream)");
    Outcome<CertifyResponse> unknown = certify(CertifyRequest.newBuilder().setEnsemble("no"));
    assertThat(unknown.status()).isEqualTo(GrpcStatus.NOT_FOUND);
    assertThat(unknown.message())
        .isEqualTo("ensemble: \"no\" (expected: one that was pushed; there is none yet)");
    assertThat(
            certify(
                    CertifyRequest.newBuilder()
                        .setStream(CertifiedStream.newBuilder().setModel("no")))
                .status())
        .isEqualTo(GrpcStatus.NOT_FOUND);
    assertThat(
            certify(
                    CertifyRequest.newBuilder()
                        .setStream(CertifiedStream.newBuilder().setModel(FLOW))
                        .setKernel("heatbath"))
                .message())
        .isEqualTo("kernel: \"heatbath\" (expected: mixing or hmc)");
    assertThat(
            certify(
                    CertifyRequest.newBuilder()
                        .setStream(CertifiedStream.newBuilder().setModel(FLOW))
                        .setConfigurations(1 << 20))
                .status())
        .isEqualTo(GrpcStatus.INVALID_ARGUMENT);
  }
}
