/**
 * Streams: what is sent, in which order, how much at a time. A {@link
 * org.fieldstream.server.session.StreamRequest} enters, batches of configurations with weights,
 * observables and a resume token leave; a {@link org.fieldstream.server.session.ProposalRequest}
 * opens a session of proposals for a Markov chain elsewhere. Nothing here knows of gRPC.
 *
 * <p>Start here: {@link org.fieldstream.server.session.StreamPlanner} (checks a request), {@link
 * org.fieldstream.server.session.DeviceWorker} (the device's one thread), {@link
 * org.fieldstream.server.session.MetropolisStage} (the exactness rule), {@link
 * org.fieldstream.server.session.ResumeToken}.
 */
@NullMarked
package org.fieldstream.server.session;

import org.jspecify.annotations.NullMarked;
