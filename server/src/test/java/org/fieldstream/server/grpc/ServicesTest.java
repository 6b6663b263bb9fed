package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthListRequest;
import io.vertx.grpc.health.v1.HealthListResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import io.vertx.grpc.reflection.v1.ServiceResponse;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.DeleteModelRequest;
import org.fieldstream.v1.DeleteModelResponse;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.ListModelsRequest;
import org.fieldstream.v1.ListModelsResponse;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The services beside Subscribe, and the HTTP port. */
final class ServicesTest {
  private static final String MODELS = "fieldstream.v1.ModelService";
  private static TestServer server;
  private static StreamClient client;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            new UniformDraws("u", List.of(4, 4), 0.5, 16),
            new AutoregressiveChains(8, Exactness.METROPOLIS));
    client = server.client();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static Outcome<ListModelsResponse> list(String theory) {
    return client.call(
        MODELS,
        "ListModels",
        ListModelsRequest.newBuilder().setTheory(theory).build(),
        ListModelsResponse.getDefaultInstance());
  }

  @Test
  void modelsAreListedById() {
    List<Model> models = list("").messages().get(0).getModelsList();
    assertThat(models.stream().map(Model::getId)).containsExactly("ar", "u");
    assertThat(list("gauss").messages().get(0).getModelsList()).isEqualTo(models);
    Outcome<ListModelsResponse> unknown = list("phi4");
    assertThat(unknown.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(unknown.message())
        .isEqualTo("theory: \"phi4\" (expected: one of gauss, or none for all)");
  }

  @Test
  void aModelIsShownWithItsQuality() {
    Model model =
        client
            .call(
                MODELS,
                "GetModel",
                GetModelRequest.newBuilder().setModel("u").build(),
                GetModelResponse.getDefaultInstance())
            .messages()
            .get(0)
            .getModel();
    assertThat(model.getDigest()).isEqualTo("sha256:" + "ab".repeat(32));
    assertThat(model.getGenerator()).isEqualTo("uniform");
    assertThat(model.getTarget().getExtentsList()).containsExactly(4, 4);
    assertThat(model.getExactnessList())
        .containsExactly(
            org.fieldstream.v1.Exactness.EXACTNESS_METROPOLIS,
            org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT,
            org.fieldstream.v1.Exactness.EXACTNESS_RAW);
    assertThat(model.getObservablesList()).containsExactly("phi2", "m");
    assertThat(model.getQuality().getEssFraction()).isEqualTo(0.5);
    assertThat(model.getQuality().getSampleCount()).isEqualTo(1000);
    assertThat(model.getQuality().hasAcceptance()).isFalse();
    assertThat(model.getFactsMap())
        .isEqualTo(Map.of("made_by", "the tests", "machine", "reference"));
    Outcome<GetModelResponse> unknown =
        client.call(
            MODELS,
            "GetModel",
            GetModelRequest.newBuilder().setModel("v").build(),
            GetModelResponse.getDefaultInstance());
    assertThat(unknown.status()).isEqualTo(GrpcStatus.NOT_FOUND);
    assertThat(unknown.message()).isEqualTo("model: \"v\" (expected: one of ar, u)");
  }

  @Test
  void methodsNotOfferedSaySo() {
    Outcome<?> unary =
        client.call(
            MODELS,
            "DeleteModel",
            DeleteModelRequest.getDefaultInstance(),
            DeleteModelResponse.getDefaultInstance());
    assertThat(unary.status()).isEqualTo(GrpcStatus.UNIMPLEMENTED);
    assertThat(unary.message())
        .startsWith("ModelService.DeleteModel is not offered by this server");
    Outcome<?> stream =
        client.call(
            MODELS,
            "TrainModel",
            TrainModelRequest.getDefaultInstance(),
            TrainModelResponse.getDefaultInstance());
    assertThat(stream.status()).isEqualTo(GrpcStatus.UNIMPLEMENTED);
    assertThat(stream.message())
        .isEqualTo(
            "ModelService.TrainModel is not offered by this server: its models are fixed (expected:"
                + " a server with a data directory)");
  }

  @Test
  void healthKnowsEveryService() {
    Outcome<HealthListResponse> all =
        client.call(
            "grpc.health.v1.Health",
            "List",
            HealthListRequest.getDefaultInstance(),
            HealthListResponse.getDefaultInstance());
    assertThat(all.messages().get(0).getStatusesMap())
        .containsKeys("", "fieldstream.v1.SamplerService", "grpc.health.v1.Health")
        .allSatisfy(
            (name, status) -> assertThat(status.getStatus()).isEqualTo(ServingStatus.SERVING));
    Outcome<HealthCheckResponse> unknown =
        client.call(
            "grpc.health.v1.Health",
            "Check",
            HealthCheckRequest.newBuilder().setService("nobody").build(),
            HealthCheckResponse.getDefaultInstance());
    assertThat(unknown.status()).isEqualTo(GrpcStatus.NOT_FOUND);
  }

  /** Many requests on one stream, as tools send them. */
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1alpha"})
  void reflectionAnswersEveryRequestOfAStream(String version)
      throws InvalidProtocolBufferException {
    List<ServerReflectionResponse> answers =
        reflect(
            version,
            List.of(
                ServerReflectionRequest.newBuilder().setListServices("").build(),
                ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("fieldstream.v1.SamplerService")
                    .build(),
                ServerReflectionRequest.newBuilder()
                    .setFileByFilename("fieldstream/v1/common.proto")
                    .build(),
                ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("fieldstream.v1.SubscribeRequest.seed")
                    .build(),
                ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("grpc.reflection." + version + ".ServerReflection")
                    .build(),
                ServerReflectionRequest.newBuilder().setFileContainingSymbol("no.such").build(),
                ServerReflectionRequest.newBuilder()
                    .setAllExtensionNumbersOfType("fieldstream.v1.Target")
                    .build(),
                ServerReflectionRequest.getDefaultInstance()));
    assertThat(answers).hasSize(8);
    assertThat(
            answers.get(0).getListServicesResponse().getServiceList().stream()
                .map(ServiceResponse::getName))
        .contains(
            "fieldstream.v1.SamplerService",
            "fieldstream.v1.MeasurementService",
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection");
    // Imports come first, the file itself last.
    assertThat(names(answers.get(1)))
        .containsExactly("fieldstream/v1/common.proto", "fieldstream/v1/sampler.proto");
    assertThat(names(answers.get(2))).containsExactly("fieldstream/v1/common.proto");
    assertThat(names(answers.get(3))).contains("fieldstream/v1/sampler.proto");
    assertThat(names(answers.get(4))).hasSize(1);
    assertThat(answers.get(5).getErrorResponse().getErrorCode())
        .isEqualTo(GrpcStatus.NOT_FOUND.code);
    assertThat(answers.get(6).getAllExtensionNumbersResponse().getBaseTypeName())
        .isEqualTo("fieldstream.v1.Target");
    assertThat(answers.get(7).getErrorResponse().getErrorCode())
        .isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
  }

  private static List<String> names(ServerReflectionResponse answer)
      throws InvalidProtocolBufferException {
    List<String> names = new ArrayList<>();
    for (ByteString file : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      names.add(FileDescriptorProto.parseFrom(file).getName());
    }
    return names;
  }

  private static List<ServerReflectionResponse> reflect(
      String version, List<ServerReflectionRequest> requests) {
    ServiceMethod<ServerReflectionResponse, ServerReflectionRequest> method =
        ServiceMethod.client(
            ServiceName.create("grpc.reflection." + version + ".ServerReflection"),
            "ServerReflectionInfo",
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(ServerReflectionResponse.newBuilder()));
    List<ServerReflectionResponse> answers = new ArrayList<>();
    Promise<Void> end = Promise.promise();
    GrpcClient grpc = GrpcClient.client(client.vertx());
    grpc.request(SocketAddress.inetSocketAddress(server.server().grpcPort(), "127.0.0.1"), method)
        .onSuccess(
            request -> {
              request
                  .response()
                  .onSuccess(
                      response -> {
                        response.endHandler(v -> end.complete());
                        // The next request goes out when the last one is answered.
                        response.handler(
                            answer -> {
                              answers.add(answer);
                              if (answers.size() < requests.size()) {
                                request.write(requests.get(answers.size()));
                              } else {
                                request.end();
                              }
                            });
                      })
                  .onFailure(end::fail);
              request.write(requests.get(0));
            })
        .onFailure(end::fail);
    TestServer.await(end.future());
    TestServer.await(grpc.close());
    return answers;
  }

  /** gRPC-Web over HTTP/1.1, as browsers speak it. */
  @Test
  void grpcWebIsSpoken() {
    byte[] message =
        SubscribeRequest.newBuilder()
            .setModel("u")
            .setCount(2)
            .setBatchSize(1)
            .build()
            .toByteArray();
    Buffer body =
        Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message);
    HttpClientRequest request =
        TestServer.await(
            client
                .vertx()
                .createHttpClient()
                .request(
                    HttpMethod.POST,
                    server.server().grpcPort(),
                    "127.0.0.1",
                    "/fieldstream.v1.SamplerService/Subscribe"));
    Future<Buffer> whole = request.response().compose(HttpClientResponse::body);
    request.putHeader("content-type", "application/grpc-web+proto").end(body);
    Buffer answer = TestServer.await(whole);
    int frames = 0;
    int at = 0;
    while (answer.getByte(at) == 0) {
      at += 5 + answer.getInt(at + 1);
      frames++;
    }
    assertThat(frames).isEqualTo(2);
    assertThat(answer.getByte(at)).isEqualTo((byte) 0x80);
    assertThat(answer.getString(at + 5, answer.length())).contains("grpc-status:0");
  }

  @Test
  void unreadableRequestsAreTold() {
    Outcome<?> outcome =
        client.callRaw(
            "fieldstream.v1.SamplerService", "Subscribe", Buffer.buffer(new byte[] {-1, -1, -1}));
    assertThat(outcome.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(outcome.message()).isEqualTo("request: unreadable (expected: the method's message)");
    Outcome<?> none = client.callRaw("fieldstream.v1.SamplerService", "Subscribe", null);
    assertThat(none.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(none.message()).isEqualTo("request: none (expected: one message)");
    Outcome<?> large =
        client.callRaw(
            "fieldstream.v1.SamplerService", "Subscribe", Buffer.buffer(new byte[(16 << 20) + 1]));
    assertThat(large.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
    assertThat(large.message())
        .isEqualTo(
            "request: 16777217 bytes (expected: fewer, the server's message limit; send smaller"
                + " ones)");
  }

  @Test
  void metricsCountWhatHappened() {
    client.collect(
        SubscribeRequest.newBuilder().setModel("u").setCount(1000).setBatchSize(100).build());
    client.collect(SubscribeRequest.newBuilder().setModel("nobody").build());
    HttpGet http = new HttpGet(server.server().httpPort());
    assertThat(http.get("/metrics").headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    String metrics = http.get("/metrics").body();
    assertThat(metrics)
        .containsPattern("fieldstream_configurations_total\\{model=\"u\"\\} \\d{4,}\\.0")
        .containsPattern("fieldstream_proposals_total\\{model=\"u\"\\} \\d{4,}\\.0")
        .containsPattern("fieldstream_acceptances_total\\{model=\"u\"\\} \\d+\\.0")
        .containsPattern("fieldstream_ess_ratio\\{model=\"u\"\\} 0\\.\\d+")
        .containsPattern("fieldstream_tau_int_configurations\\{model=\"u\",observable=\"phi2\"\\}")
        .containsPattern(
            "fieldstream_device_busy_seconds_total\\{device=\"reference\"\\} (?!0\\.0\\b)\\d+\\.\\d+")
        .containsPattern(
            "fieldstream_call_duration_seconds_count\\{method=\"fieldstream.v1.SamplerService/Subscribe\",status=\"NOT_FOUND\"\\}"
                + " \\d")
        .contains("fieldstream_subscription_held_max_bytes")
        .contains("fieldstream_backpressure_waits_total");
    assertThat(http.get("/status").body())
        .contains("ready", "a machine of the tests", "  u  uniform");
    assertThat(http.status("/nothing")).isEqualTo(404);
  }

  @Test
  void aServerWithoutModelsIsNotReady() {
    try (TestServer empty = TestServer.start()) {
      HttpGet http = new HttpGet(empty.server().httpPort());
      assertThat(http.status("/readyz")).isEqualTo(503);
      assertThat(http.status("/healthz")).isEqualTo(200);
    }
  }

  @Test
  void pagesAreSentInHttp11AlsoToAClientThatOffersHttp2() {
    // Java's client offers it, and the answer to one that was taken up was lost now and then.
    HttpResponse<String> page = new HttpGet(server.server().httpPort()).get("/metrics");
    assertThat(page.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(page.body()).contains("fieldstream_");
  }
}
