package org.fieldstream.server.certify;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.chain.ExactKernel;
import org.fieldstream.server.session.BackgroundWork;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Theories;
import org.jspecify.annotations.Nullable;

/** A certification in the device's idle time. */
public final class CertificationTask implements BackgroundWork {
  private final Subject subject;
  private final CertificationPlan plan;
  private final Clock clock;
  private final CertificationListener listener;
  private volatile boolean cancelled;
  private @Nullable Certification work;

  /**
   * A task.
   *
   * @param clock tells the certificate's time
   */
  public CertificationTask(
      Subject subject, CertificationPlan plan, Clock clock, CertificationListener listener) {
    this.subject = subject;
    this.plan = plan;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Certifies something here and now.
   *
   * @param machine what computes; the caller closes it
   */
  public static Certificate now(Subject subject, CertificationPlan plan, Machine machine) {
    List<Certificate> found = new ArrayList<>();
    CertificationTask task =
        new CertificationTask(
            subject,
            plan,
            Clock.systemUTC(),
            new CertificationListener() {
              @Override
              public void progress(long done, long planned) {}

              @Override
              public void certified(Certificate certificate) {
                found.add(certificate);
              }

              @Override
              public void failed(ServiceException failure) {
                throw failure;
              }
            });
    try {
      boolean done = false;
      while (!done) {
        done = task.work(machine);
      }
    } finally {
      task.close();
    }
    return found.get(0);
  }

  /** Nobody wants the certificate any more. Any thread. */
  public void cancel() {
    cancelled = true;
  }

  @Override
  public boolean work(Machine machine) {
    if (cancelled) {
      close();
      return true;
    }
    Certification running = work;
    if (running == null) {
      running = open(machine);
      work = running;
    }
    if (!running.work()) {
      listener.progress(running.done(), running.planned());
      return false;
    }
    Certificate certificate = Certificate.of(subject, running, plan.seed(), clock.instant());
    close();
    listener.certified(certificate);
    return true;
  }

  private Certification open(Machine machine) {
    ConfigurationSource source = subject.source().apply(machine);
    try {
      Dynamics theory = new Theories().of(subject.target(), Dynamics.class);
      return new Certification(
          source, theory, new ExactKernel(theory, plan.kernel(), plan.seed(), machine));
    } catch (RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  @Override
  public void fail(ServiceException failure) {
    close();
    listener.failed(failure);
  }

  private void close() {
    Certification running = work;
    work = null;
    if (running != null) {
      running.close();
    }
  }
}
