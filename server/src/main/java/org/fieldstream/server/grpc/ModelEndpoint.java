package org.fieldstream.server.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.session.Placement;
import org.fieldstream.server.theory.TheoryCatalog;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.ListModelsRequest;
import org.fieldstream.v1.ListModelsResponse;
import org.fieldstream.v1.ModelProto;

/** {@code ModelService}: what can be subscribed to. */
final class ModelEndpoint {
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.ModelService");

  private final Vertx vertx;
  private final ModelRegistry models;
  private final TheoryCatalog theories;
  private final Placement placement;

  ModelEndpoint(Vertx vertx, ModelRegistry models, TheoryCatalog theories, Placement placement) {
    this.vertx = vertx;
    this.models = models;
    this.theories = theories;
    this.placement = placement;
  }

  Service service(FieldstreamMeters meters) {
    ServiceDescriptor descriptor = ModelProto.getDescriptor().findServiceByName("ModelService");
    ServiceBuilder service = Service.service(NAME, descriptor);
    Methods.<ListModelsRequest, ListModelsResponse>bind(
        service,
        NAME,
        "ListModels",
        ListModelsRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        (request, call) -> answer(call, () -> list(request)));
    Methods.<GetModelRequest, GetModelResponse>bind(
        service,
        NAME,
        "GetModel",
        GetModelRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        (request, call) -> answer(call, () -> get(request)));
    UnofferedMethods.bind(service, descriptor, vertx, meters);
    return service.build();
  }

  private <R> void answer(Call<R> call, Callable<R> work) {
    vertx.executeBlocking(work, false).onSuccess(call::reply).onFailure(call::fail);
  }

  private ListModelsResponse list(ListModelsRequest request) {
    String theory = request.getTheory();
    if (!theory.isEmpty() && !theories.names().contains(theory)) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "theory",
          "theory: "
              + Quote.of(theory)
              + " (expected: one of "
              + String.join(", ", theories.names())
              + ", or none for all)");
    }
    ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
    models.list().stream()
        .filter(model -> theory.isEmpty() || serves(model, theory))
        .sorted(Comparator.comparing(Model::id))
        .forEach(model -> response.addModels(message(model)));
    return response.build();
  }

  private org.fieldstream.v1.Model message(Model model) {
    return ModelMessages.of(model, theories, placement.name(model));
  }

  private static boolean serves(Model model, String theory) {
    return model.target() == null || model.target().theory().equals(theory);
  }

  private GetModelResponse get(GetModelRequest request) {
    Model model =
        models
            .find(request.getModel())
            .orElseThrow(
                () ->
                    ServiceException.field(
                        ErrorCode.UNKNOWN_MODEL,
                        "model",
                        "model: "
                            + Quote.of(request.getModel())
                            + " (expected: one of "
                            + models.list().stream()
                                .map(Model::id)
                                .collect(Collectors.joining(", "))
                            + ")"));
    return GetModelResponse.newBuilder().setModel(message(model)).build();
  }
}
