package org.fieldstream.server.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.live.LiveStreams;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.session.Placement;
import org.fieldstream.server.theory.TheoryCatalog;
import org.fieldstream.server.training.TrainingJob;
import org.fieldstream.server.training.Trainings;
import org.fieldstream.v1.DeleteModelRequest;
import org.fieldstream.v1.DeleteModelResponse;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.ListModelsRequest;
import org.fieldstream.v1.ListModelsResponse;
import org.fieldstream.v1.ModelProto;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;

/** {@code ModelService}: what can be subscribed to, and making more of it. */
final class ModelEndpoint {
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.ModelService");

  private final Vertx vertx;
  private final ModelRegistry models;
  private final TheoryCatalog theories;
  private final Placement placement;
  private final EnsembleStore ensembles;
  private final Trainings trainings;
  private final LiveStreams streams;
  private final FieldstreamMeters meters;

  ModelEndpoint(Vertx vertx, GrpcFront.Parts parts) {
    this.vertx = vertx;
    this.models = parts.models();
    this.theories = parts.theories();
    this.placement = parts.placement();
    this.ensembles = parts.ensembles();
    this.trainings = parts.trainings();
    this.streams = parts.streams();
    this.meters = parts.meters();
  }

  Service service() {
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
    Methods.<TrainModelRequest, TrainModelResponse>bind(
        service,
        NAME,
        "TrainModel",
        TrainModelRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        this::train);
    Methods.<DeleteModelRequest, DeleteModelResponse>bind(
        service,
        NAME,
        "DeleteModel",
        DeleteModelRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        (request, call) -> answer(call, () -> delete(request)));
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

  private void train(TrainModelRequest request, Call<TrainModelResponse> call) {
    ModelStore store = store("TrainModel");
    vertx
        .executeBlocking(
            () -> {
              TrainingJob job =
                  TrainingRequests.job(
                      request, models, ensembles, store.workshop(request.getModel()));
              TrainingRequests.made(request)
                  .filter(store::isTaken)
                  .findFirst()
                  .ifPresent(taken -> refuse(request.getModel(), taken));
              return job;
            },
            false)
        .map(
            job -> {
              new TrainCall(call, store, job, request, this::message).start(trainings);
              return job;
            })
        .onFailure(call::fail);
  }

  private static void refuse(String model, String taken) {
    throw ServiceException.field(
        ErrorCode.MODEL_EXISTS,
        "model",
        model.equals(taken)
            ? "model: %s exists (expected: another id, or delete it first)".formatted(model)
            : "model: %s makes %s, which exists (expected: another id)".formatted(model, taken));
  }

  /** The store, where models can be added to it. */
  private ModelStore store(String method) {
    if (models instanceof ModelStore store && store.isOpen()) {
      return store;
    }
    throw ServiceException.of(
        ErrorCode.METHOD_NOT_OFFERED,
        "ModelService."
            + method
            + " is not offered by this server: its models are fixed (expected: a server with a data"
            + " directory)");
  }

  private DeleteModelResponse delete(DeleteModelRequest request) throws IOException {
    ModelStore store = store("DeleteModel");
    Model model = find(request.getModel());
    String digest = "sha256:" + model.digest();
    if (!store.isRemovable(model)) {
      throw kept(
          "model: %s ships with the server (expected: one of its data directory)", model.id());
    }
    List<String> family = store.family(model);
    if (!model.id().equals(family.get(0))) {
      throw kept("model: %1$s is a sampler of %2$s (expected: %2$s)", model.id(), family.get(0));
    }
    if (!request.getDigest().isEmpty() && !request.getDigest().equals(digest)) {
      throw ServiceException.field(
          ErrorCode.MODEL_KEPT,
          "digest",
          "digest: %s (expected: %s, what model %s has)"
              .formatted(Quote.of(request.getDigest()), digest, model.id()));
    }
    for (String id : family) {
      if (streams.runs(id)) {
        throw kept("model: streams of %s run (expected: none; wait for their end)", id);
      }
    }
    store.remove(model);
    family.forEach(meters::removeModel);
    return DeleteModelResponse.newBuilder().setDigest(digest).build();
  }

  private static ServiceException kept(String sentence, Object... ids) {
    return ServiceException.field(ErrorCode.MODEL_KEPT, "model", sentence.formatted(ids));
  }

  private GetModelResponse get(GetModelRequest request) {
    return GetModelResponse.newBuilder().setModel(message(find(request.getModel()))).build();
  }

  private Model find(String id) {
    return models
        .find(id)
        .orElseThrow(
            () ->
                ServiceException.field(
                    ErrorCode.UNKNOWN_MODEL,
                    "model",
                    "model: "
                        + Quote.of(id)
                        + " (expected: one of "
                        + models.list().stream().map(Model::id).collect(Collectors.joining(", "))
                        + ")"));
  }
}
