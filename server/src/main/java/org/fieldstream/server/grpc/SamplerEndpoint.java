package org.fieldstream.server.grpc;

import io.vertx.core.Vertx;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.live.LiveStreams;
import org.fieldstream.server.session.DeviceWorker;
import org.fieldstream.server.session.StreamPlanner;
import org.fieldstream.server.session.StreamTicket;
import org.fieldstream.v1.ProposeRequest;
import org.fieldstream.v1.ProposeResponse;
import org.fieldstream.v1.SamplerProto;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;

/**
 * {@code SamplerService}: a subscription or a session of proposals is let in, planned off the event
 * loop, and started.
 */
final class SamplerEndpoint {
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.SamplerService");

  private final Vertx vertx;
  private final StreamPlanner planner;
  private final DeviceWorker worker;
  private final Subscriptions subscriptions;
  private final LiveStreams streams;
  private final PacedRequests.Current current;

  SamplerEndpoint(
      Vertx vertx,
      StreamPlanner planner,
      DeviceWorker worker,
      Subscriptions subscriptions,
      LiveStreams streams,
      PacedRequests.Current current) {
    this.vertx = vertx;
    this.planner = planner;
    this.worker = worker;
    this.subscriptions = subscriptions;
    this.streams = streams;
    this.current = current;
  }

  Service service(FieldstreamMeters meters) {
    ServiceBuilder service =
        Service.service(NAME, SamplerProto.getDescriptor().findServiceByName("SamplerService"));
    Methods.bind(
        service,
        NAME,
        "Subscribe",
        SubscribeRequest.getDefaultInstance(),
        new BatchEncoder(SubscribeResponse.getDefaultInstance()),
        request -> call(request, meters),
        (request, call) -> subscribe(request, call, meters));
    Methods.bindStream(
        service,
        NAME,
        "Propose",
        ProposeRequest.getDefaultInstance(),
        new BatchEncoder(ProposeResponse.getDefaultInstance()),
        request -> call(request, meters),
        (call, requests) ->
            new ProposalCall(
                call, subscriptions, meters.openSubscription(), requests, proposals(meters)));
    UnofferedMethods.bind(
        service, SamplerProto.getDescriptor().findServiceByName("SamplerService"), vertx, meters);
    return service.build();
  }

  private Call<EncodedBatch> call(
      GrpcServerRequest<?, EncodedBatch> request, FieldstreamMeters meters) {
    return new Call<>(
        vertx, request, meters, UncopiedBody.of(current.body(), BatchEncoder::framed));
  }

  private void subscribe(
      SubscribeRequest request, Call<EncodedBatch> call, FieldstreamMeters meters) {
    SubscriptionMeters meter = meters.openSubscription();
    Subscription subscription = new Subscription(call, subscriptions, meter);
    try {
      subscription.enter();
    } catch (ServiceException e) {
      subscription.fail(e);
      return;
    }
    vertx
        .executeBlocking(() -> planner.plan(Requests.stream(request)), false)
        .map(
            plan -> {
              StreamTicket ticket = worker.submit(plan, subscription, streams.of(meter));
              subscription.start(plan, ticket);
              return plan;
            })
        .onFailure(subscription::fail);
  }

  private ProposalCall.Setup proposals(FieldstreamMeters meters) {
    return new ProposalCall.Setup(
        request -> vertx.executeBlocking(() -> planner.plan(request), false),
        worker::submit,
        plan -> meters.model(plan.draws().model().id()).openProposals(plan.ensemble()));
  }
}
