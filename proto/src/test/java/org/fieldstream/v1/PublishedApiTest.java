package org.fieldstream.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The names, numbers and types that clients outside this repository were built against. A failure
 * here means that they break: add fields instead of changing these.
 */
class PublishedApiTest {
  private static final List<FileDescriptor> FILES =
      List.of(
          CommonProto.getDescriptor(),
          SamplerProto.getDescriptor(),
          EnsembleProto.getDescriptor(),
          MeasurementProto.getDescriptor(),
          ModelProto.getDescriptor());

  static Stream<Arguments> publishedMessages() {
    return Stream.of(
        Arguments.of(
            SubscribeRequest.getDescriptor(),
            """
            string model = 1
            Target target = 2
            Exactness exactness = 3
            uint64 seed = 4
            uint64 count = 5
            uint32 batch_size = 6
            DType dtype = 7
            repeated string observables = 8
            bool omit_fields = 9
            bytes resume_token = 10
            NoiseLevels denoising = 11
            """),
        Arguments.of(
            NoiseLevels.getDescriptor(),
            """
            uint32 count = 1
            repeated double sigmas = 2
            """),
        Arguments.of(
            Denoising.getDescriptor(),
            """
            repeated double sigmas = 1
            repeated uint32 shape = 2
            fixed32 crc32c = 3
            bytes fields = 15
            """),
        Arguments.of(
            SubscribeResponse.getDescriptor(),
            """
            uint64 first_index = 1
            uint32 count = 2
            repeated uint32 shape = 3
            DType dtype = 4
            Exactness exactness = 5
            string model_digest = 6
            repeated double action = 7
            repeated double log_weight = 8
            repeated bool accepted = 9
            map<string, Series> observables = 10
            bytes resume_token = 11
            fixed32 crc32c = 12
            Denoising denoising = 14
            bytes fields = 15
            """),
        Arguments.of(
            Target.getDescriptor(),
            """
            string theory = 1
            repeated uint32 extents = 2
            map<string, double> couplings = 3
            """),
        Arguments.of(Series.getDescriptor(), "repeated double values = 1\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("publishedMessages")
  void messagesKeepTheirFieldNumbersNamesAndTypes(Descriptor message, String published) {
    assertThat(message.getFile().getPackage()).isEqualTo("fieldstream.v1");
    assertThat(message.getFields().stream().map(PublishedApiTest::declaration))
        .containsAll(published.lines().toList());
  }

  @Test
  void enumsKeepTheirNumbersAndNames() {
    assertThat(values(Exactness.getDescriptor()))
        .startsWith(
            "EXACTNESS_UNSPECIFIED = 0",
            "EXACTNESS_METROPOLIS = 1",
            "EXACTNESS_REWEIGHT = 2",
            "EXACTNESS_RAW = 3",
            "EXACTNESS_LANGEVIN_ADJUSTED = 4");
    assertThat(values(DType.getDescriptor()))
        .startsWith("DTYPE_UNSPECIFIED = 0", "DTYPE_FLOAT32 = 1", "DTYPE_FLOAT64 = 2");
  }

  @Test
  void servicesKeepTheirMethodsAndStreamingKinds() {
    assertThat(
            FILES.stream()
                .flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream())
                .map(PublishedApiTest::signature))
        .contains(
            "fieldstream.v1.SamplerService.Subscribe(SubscribeRequest) -> stream SubscribeResponse",
            "fieldstream.v1.SamplerService.Propose(stream ProposeRequest) -> stream"
                + " ProposeResponse",
            "fieldstream.v1.EnsembleService.Push(stream PushRequest) -> PushResponse",
            "fieldstream.v1.MeasurementService.Record(stream RecordRequest) -> stream"
                + " RecordResponse",
            "fieldstream.v1.MeasurementService.Watch(WatchRequest) -> stream WatchResponse",
            "fieldstream.v1.ModelService.ListModels(ListModelsRequest) -> ListModelsResponse",
            "fieldstream.v1.ModelService.GetModel(GetModelRequest) -> GetModelResponse",
            "fieldstream.v1.ModelService.TrainModel(TrainModelRequest) -> stream"
                + " TrainModelResponse",
            "fieldstream.v1.ModelService.DeleteModel(DeleteModelRequest) -> DeleteModelResponse");
  }

  /** The generated Vert.x classes are bound to the paths that every other gRPC client calls. */
  @Test
  void generatedMethodsUseThePublishedPaths() {
    assertThat(SamplerServiceGrpcService.SERVICE_DESCRIPTOR)
        .isSameAs(SamplerProto.getDescriptor().findServiceByName("SamplerService"));
    assertThat(SamplerServiceGrpcService.Subscribe.fullMethodName())
        .isEqualTo("fieldstream.v1.SamplerService/Subscribe");
    assertThat(SamplerServiceGrpcClient.Subscribe.fullMethodName())
        .isEqualTo("fieldstream.v1.SamplerService/Subscribe");
  }

  private static List<String> values(EnumDescriptor type) {
    return type.getValues().stream()
        .map(value -> value.getName() + " = " + value.getNumber())
        .toList();
  }

  private static String signature(MethodDescriptor method) {
    return method.getFullName()
        + (method.isClientStreaming() ? "(stream " : "(")
        + method.getInputType().getName()
        + (method.isServerStreaming() ? ") -> stream " : ") -> ")
        + method.getOutputType().getName();
  }

  private static String declaration(FieldDescriptor field) {
    String prefix = field.isRepeated() && !field.isMapField() ? "repeated " : "";
    return prefix + type(field) + " " + field.getName() + " = " + field.getNumber();
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<"
          + type(entry.findFieldByName("key"))
          + ", "
          + type(entry.findFieldByName("value"))
          + ">";
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getName();
      case ENUM -> field.getEnumType().getName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
