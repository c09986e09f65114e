#include "net/mysql/worker.hpp"

#include <algorithm>

#include "net/host/boot_clock.hpp"

namespace mmm::net::mysql {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxQueued = 64;

}  // namespace

Worker::Worker(Endpoint endpoint, std::function<void()> closed)
    : endpoint_(std::move(endpoint)), closed_(std::move(closed)) {
    thread_ = std::jthread([this] { run(); });
}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (Job& job : queue_) job.cancelled = true;
        canceller_->cancel();
    }
    wake_.set();
    thread_.join();
}

Result<Worker::JobId> Worker::enqueue(Time deadline, std::function<void(const Result<Connection*>&)> run) {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxQueued) return fail(Code::busy, "too many jobs wait for " + endpoint_.text());
    queue_.push_back(Job{++last_id_, deadline, false, std::move(run)});
    wake_.set();
    return last_id_;
}

void Worker::cancel(JobId id) {
    const std::lock_guard lock(mutex_);
    if (running_ == id) canceller_->cancel();
    for (Job& job : queue_) {
        if (job.id == id) job.cancelled = true;
    }
}

void Worker::run() {
    while (true) {
        Job job;
        if (take(job)) {
            perform(job);
            finish();
            continue;
        }
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
        }
        const Idle idle = connection_.wait_closed_or(boot_now() + 1h, &wake_);
        if (idle == Idle::woken) wake_.clear();
        if (idle == Idle::closed && closed_) closed_();
    }
}

bool Worker::take(Job& job) {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return false;
    job = std::move(queue_.front());
    queue_.pop_front();
    running_ = job.id;
    return true;
}

void Worker::perform(const Job& job) {
    if (job.cancelled) return job.run(fail(Code::cancelled, endpoint_.text() + ": cancelled"));
    if (boot_now() >= job.deadline)
        return job.run(fail(Code::timeout, endpoint_.text() + ": another job took until this one's deadline"));
    if (!connection_.connected()) {
        if (auto opened = connection_.open(endpoint_, job.deadline); !opened)
            return job.run(tl::make_unexpected(opened.error()));
    }
    job.run(&connection_);
}

void Worker::finish() {
    const std::lock_guard lock(mutex_);
    running_ = 0;
    if (!stopping_) canceller_->reset();
}

}  // namespace mmm::net::mysql
