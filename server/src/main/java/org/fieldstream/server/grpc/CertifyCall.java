package org.fieldstream.server.grpc;

import io.vertx.core.Context;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;
import org.fieldstream.server.certify.Certificate;
import org.fieldstream.server.certify.CertificationListener;
import org.fieldstream.server.certify.CertificationPlan;
import org.fieldstream.server.certify.CertificationTask;
import org.fieldstream.server.certify.Certifier;
import org.fieldstream.server.certify.Subject;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.v1.CertifiedStream;
import org.fieldstream.v1.CertifyProgress;
import org.fieldstream.v1.CertifyRequest;
import org.fieldstream.v1.CertifyResponse;

/** One call of {@code Certify}: progress about once a second, then the certificate. */
final class CertifyCall implements CertificationListener {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final Call<CertifyResponse> call;
  private final GrpcFront.Parts parts;
  private final WorkerExecutor workers;
  private final Context context;

  /** On the device's thread. */
  private long lastProgress = System.nanoTime();

  CertifyCall(Call<CertifyResponse> call, GrpcFront.Parts parts, WorkerExecutor workers) {
    this.call = call;
    this.parts = parts;
    this.workers = workers;
    this.context = call.context();
  }

  void start(CertifyRequest request) {
    workers
        .executeBlocking(() -> begin(request), false)
        .onComplete(
            begun ->
                context.runOnContext(
                    v -> {
                      if (begun.succeeded()) {
                        call.onEnd(begun.result()::cancel);
                      } else {
                        call.fail(begun.cause());
                      }
                    }));
  }

  private CertificationTask begin(CertifyRequest request) {
    String kernel = request.getKernel().isEmpty() ? "mixing" : request.getKernel();
    boolean stored = request.getSubjectCase() == CertifyRequest.SubjectCase.ENSEMBLE;
    int wanted = request.getConfigurations();
    if (wanted == 0) {
      wanted = stored ? CertificationPlan.OF_ENSEMBLE : CertificationPlan.OF_STREAM;
    }
    CertificationPlan plan = new CertificationPlan(wanted, request.getSeed(), kernel);
    return parts.certifier().start(subject(request, plan), plan, stored, this);
  }

  private Subject subject(CertifyRequest request, CertificationPlan plan) {
    return switch (request.getSubjectCase()) {
      case ENSEMBLE ->
          Certifier.ensemble(parts.ensembles().find(request.getEnsemble()), plan.configurations());
      case STREAM -> {
        CertifiedStream stream = request.getStream();
        yield Certifier.stream(
            parts.models(),
            stream.getModel(),
            stream.hasTarget() ? Requests.target(stream.getTarget()) : null,
            Requests.exactness(stream.getExactness(), stream.getExactnessValue()),
            stream.getSeed(),
            plan.configurations());
      }
      case SUBJECT_NOT_SET ->
          throw ServiceException.field(
              ErrorCode.BAD_FIELD, "subject", "subject: none (expected: ensemble or stream)");
    };
  }

  @Override
  public void progress(long done, long planned) {
    long now = System.nanoTime();
    if (now - lastProgress >= INTERVAL) {
      lastProgress = now;
      CertifyResponse message =
          CertifyResponse.newBuilder()
              .setProgress(CertifyProgress.newBuilder().setDone(done).setPlanned(planned))
              .build();
      context.runOnContext(
          v -> {
            // Who does not read misses progress, never the certificate.
            if (!call.isOver() && !call.response().writeQueueFull()) {
              call.write(message);
            }
          });
    }
  }

  @Override
  public void certified(Certificate certificate) {
    CertifyResponse message =
        CertifyResponse.newBuilder()
            .setCertificate(EnsembleMessages.certificate(certificate))
            .build();
    context.runOnContext(v -> call.reply(message));
  }

  @Override
  public void failed(ServiceException failure) {
    context.runOnContext(v -> call.fail(failure));
  }
}
