package org.fieldstream.server.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.fieldstream.monitoring.meters.EnsembleMeters;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.certify.Certifier;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleEstimates;
import org.fieldstream.server.ensemble.EnsembleFileException;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.ensemble.Push;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.v1.CertifyRequest;
import org.fieldstream.v1.CertifyResponse;
import org.fieldstream.v1.EnsembleProto;
import org.fieldstream.v1.ListEnsemblesRequest;
import org.fieldstream.v1.ListEnsemblesResponse;
import org.fieldstream.v1.PushRequest;
import org.fieldstream.v1.PushResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code EnsembleService}: configurations from other codes, and certificates. */
final class EnsembleEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(EnsembleEndpoint.class);
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.EnsembleService");

  /** Threads that check, measure and write, shared by all pushes. */
  private static final int WORKERS = 2;

  /** Pushes at a time: each holds a message at work, and about one more read ahead. */
  private static final int MOST_PUSHES = 8;

  private final Vertx vertx;
  private final GrpcFront.Parts parts;
  private final PacedRequests.Current current;
  private final EnsembleStore store;
  private final FieldstreamMeters meters;
  private final WorkerExecutor workers;
  private final Semaphore slots = new Semaphore(MOST_PUSHES);

  EnsembleEndpoint(Vertx vertx, GrpcFront.Parts parts, PacedRequests.Current current) {
    this.vertx = vertx;
    this.current = current;
    this.parts = parts;
    this.store = parts.ensembles();
    this.meters = parts.meters();
    this.workers = vertx.createSharedWorkerExecutor("fieldstream-ensembles", WORKERS);
  }

  Service service() {
    ServiceDescriptor descriptor =
        EnsembleProto.getDescriptor().findServiceByName("EnsembleService");
    ServiceBuilder service = Service.service(NAME, descriptor);
    ClientStreams.bind(
        service,
        NAME,
        "Push",
        GrpcMessageEncoder.<PushResponse>encoder(),
        vertx,
        workers,
        meters,
        current,
        this::admit);
    Methods.<ListEnsemblesRequest, ListEnsemblesResponse>bind(
        service,
        NAME,
        "ListEnsembles",
        ListEnsemblesRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        (request, call) ->
            workers
                .executeBlocking(() -> list(request), false)
                .onSuccess(call::reply)
                .onFailure(call::fail));
    Methods.<CertifyRequest, CertifyResponse>bind(
        service,
        NAME,
        "Certify",
        CertifyRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        (request, call) -> new CertifyCall(call, parts, workers).start(request));
    UnofferedMethods.bind(service, descriptor, vertx, meters);
    return service.build();
  }

  private ListEnsemblesResponse list(ListEnsemblesRequest request) {
    String theory = request.getTheory();
    List<String> known = parts.theories().names();
    if (!theory.isEmpty() && !known.contains(theory)) {
      throw bad("theory", Quote.of(theory), String.join(" or ", known) + ", or none for all");
    }
    ListEnsemblesResponse.Builder response = ListEnsemblesResponse.newBuilder();
    for (String name : store.names()) {
      try {
        Ensemble ensemble = store.find(name);
        if (theory.isEmpty() || ensemble.target().theory().equals(theory)) {
          response.addEnsembles(EnsembleMessages.of(ensemble, Certifier.kept(store, name)));
        }
      } catch (EnsembleFileException | ServiceException e) {
        LOG.warn("ensemble {}: left out: {}", name, e.getMessage());
      }
    }
    return response.build();
  }

  private ClientStreams.Receiver<PushResponse> admit() {
    if (!slots.tryAcquire()) {
      throw ServiceException.retryable(
          ErrorCode.QUOTA_EXCEEDED,
          "pushes: %d run (expected: fewer; try again)".formatted(MOST_PUSHES),
          Duration.ofSeconds(1));
    }
    return new PushReceiver();
  }

  /** One push. On worker threads, one after the other. */
  private final class PushReceiver implements ClientStreams.Receiver<PushResponse> {
    private @Nullable Push push;

    @Override
    public void take(byte[] message) {
      PushRequest request = parse(message);
      Push running = push;
      switch (request.getPartCase()) {
        case HEADER -> {
          if (running != null) {
            throw bad("header", "a second one", "one, in the first request");
          }
          push =
              store.push(
                  EnsembleMessages.spec(request.getHeader()),
                  request.getHeader().getObservablesList());
        }
        case BATCH -> {
          if (running == null) {
            throw bad("header", "none", "in the first request");
          }
          running.take(EnsembleMessages.batch(request.getBatch()));
        }
        case PART_NOT_SET -> throw bad("part", "none", "header or batch");
      }
    }

    @Override
    public PushResponse answer() {
      Push running = push;
      if (running == null) {
        throw bad("header", "none", "in the first request");
      }
      Push.Summary summary = running.finish();
      EnsembleMeters ensemble = meters.ensemble(running.spec().name());
      ensemble.pushed(summary.stored(), summary.duplicates(), summary.refused());
      ensemble.size(summary.ensemble().size(), summary.ensemble().bytes());
      parts.certifier().pushed(summary.ensemble());
      Map<String, EnsembleEstimates.Mean> means =
          new EnsembleEstimates(summary.ensemble()).of(running.observables());
      return EnsembleMessages.response(summary, means, running.alarms(summary.ensemble()));
    }

    @Override
    public void close() {
      slots.release();
      Push running = push;
      if (running != null) {
        running.close();
      }
    }
  }

  private static PushRequest parse(byte[] message) {
    try {
      return PushRequest.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      throw ServiceException.of(
          ErrorCode.BAD_MESSAGE, "request: unreadable (expected: a PushRequest)", e);
    }
  }

  private static ServiceException bad(String field, String value, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + value + " (expected: " + expected + ")");
  }
}
