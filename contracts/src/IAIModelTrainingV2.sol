// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title An escrow for training jobs, second version
/// @notice A requester stakes a reward for at most `maxContributors` deliveries. Contributors take the job's
/// slots, train, and submit an adapter (or a model) by its content id. The aggregator named by the requester
/// merges what it does not reject and completes the job, and every accepted delivery is paid the same share:
///
///     share = (stake − fee) / maxContributors,   fee = stake × feeBps / 10 000
///
/// A contributor deposits a bond, at most a tenth of a share, which comes back with the verdict: with the share,
/// or with a rejection that burns nothing. Missing the deadline burns it, and so does a rejection that the
/// aggregator calls provable, once its appeal is lost or its day for one has passed in silence. Burned is
/// burned: no party gains from another's loss.
///
/// Where the terms name a referee, a rejection takes effect after a day in which the rejected may appeal to it.
/// The referee confirms or overturns within three days; if it stays silent the rejection stands and burns
/// nothing. Until then the slot keeps its share and its bond, and the job goes on, and may end, without it.
/// Where the terms name no referee, a rejection stands at once and burns nothing.
///
/// The job's money reaches its requester, its contributors and the fee receiver, bonds also {BURN_ADDRESS}, and
/// nobody else: aggregator and referee choose among deliveries, never a destination. What is left (undelivered
/// shares and the indivisible remainder) goes back to the requester. There is no owner, no upgrade and no pause.
///
/// Nothing can be locked: at the latest `acceptBy + trainingPeriod + 2 × reviewPeriod + 4 days` after creation
/// (bounded by the constants) anybody can end any job and every rejection, by {enforceRejection}, {settleJob} or
/// {expireJob}.
///
/// Payments are pushed with a bounded amount of gas. One that fails is kept for its receiver ({withdraw}) and
/// changes nobody else's. A contract that is asked for a signature has bounded gas as well.
///
/// The first version's jobs stay with the first version. `eip712Domain()` tells them apart: its version is "1"
/// there and "2" here.
interface IAIModelTrainingV2 {
    /// @dev A status never moves back, and moves once: from Open to one of the four ends.
    enum JobStatus {
        None,
        Open,
        Completed,
        Settled,
        Expired,
        Cancelled
    }

    /// @dev What a wallet's acceptance of a job has come to:
    ///
    ///     Accepted → Submitted → RejectionPending → RejectionAppealed → Reinstated
    ///         ↓                        ↓                   ↓
    ///      Released                 Rejected            Rejected
    ///
    /// In an ended job Submitted and Reinstated mean paid, Accepted means that the deadline passed (as Released);
    /// pending and appealed rejections go on to their own end. The first five count as in the first version.
    enum SlotStatus {
        None,
        Accepted,
        Submitted,
        Rejected,
        Released,
        RejectionPending,
        RejectionAppealed,
        Reinstated
    }

    /// @notice What a requester fixes at creation; never changed afterwards.
    struct Terms {
        /// What is trained, as the clients number it. Carried in the event, not judged.
        uint8 kind;
        /// Deliveries without which the job cannot be completed; 1 … maxContributors.
        uint8 minContributors;
        /// Number of slots, and the divisor of every share; 1 … 32.
        uint8 maxContributors;
        /// Whether a slot is taken only with the requester's permit ({acceptJobWithPermit}), or by anybody.
        bool permitOnly;
        /// What a contributor deposits, in hundredths of a per cent of a share, rounded down to a wei; 0 … 1,000.
        uint16 bondBps;
        /// From this time (seconds since 1970) on, no slot can be taken.
        uint40 acceptBy;
        /// Seconds from a slot's acceptance to its deadline.
        uint32 trainingPeriod;
        /// Seconds of the aggregator's silence after which anybody may settle.
        uint32 reviewPeriod;
        /// Who may reject deliveries and complete the job.
        address aggregator;
        /// Who decides appeals against rejections; not the aggregator. Zero for nobody.
        address referee;
        /// Content id of the public job spec. The event holds it; storage holds the first 5 bytes of its keccak256.
        string specCid;
    }

    /// @notice A job as storage holds it, and what follows from it.
    struct Job {
        JobStatus status;
        address requester;
        address aggregator;
        address referee;
        uint256 stakeWei;
        uint256 shareWei;
        uint256 bondWei;
        uint8 minContributors;
        uint8 maxContributors;
        bool permitOnly;
        uint40 acceptBy;
        uint32 trainingPeriod;
        uint32 reviewPeriod;
        /// Bit i is set while slot i is taken: by an acceptance, or a delivery whose rejection has not taken effect.
        uint32 takenSlots;
        /// Enough to know a job among one's own; proves nothing.
        bytes5 specDigest;
    }

    /// @notice A wallet's acceptance of a job.
    struct Slot {
        SlotStatus status;
        /// Number of the slot, from 0: which shard of the data it trains on.
        uint8 index;
        /// Whether the aggregator called the rejection provable.
        bool provable;
        /// Accepted or Released: the deadline. Submitted: when that was. RejectionPending: until when it may be
        /// appealed; RejectionAppealed: until when the referee may decide. Rejected: the last of these.
        /// Reinstated: when the referee decided.
        uint40 timestamp;
        /// Key that may submit and appeal in the wallet's name; zero for none.
        address delegate;
    }

    event JobCreated(
        uint256 indexed jobId, address indexed requester, Terms terms, uint256 stakeWei, uint16 feeBps
    );
    event JobAccepted(
        uint256 indexed jobId, address indexed contributor, uint8 slot, address delegate, uint40 deadline
    );
    event DelegateChanged(uint256 indexed jobId, address indexed contributor, address delegate);
    event AdapterSubmitted(uint256 indexed jobId, address indexed contributor, string adapterCid);
    /// @notice A delivery is refused. Takes effect with {RejectionEnforced}: in the same call without a referee.
    event AdapterRejected(
        uint256 indexed jobId, address indexed contributor, string reasonCid, bool provable, uint40 appealBy
    );
    event RejectionAppealed(
        uint256 indexed jobId, address indexed contributor, string evidenceCid, uint40 rulingBy
    );
    event AppealRuled(uint256 indexed jobId, address indexed contributor, bool overturned, string reasonCid);
    /// @notice A rejection took effect. What was not burned of the bond went to the contributor. `refundWei`, the
    /// share that an ended job still held, went to the requester.
    event RejectionEnforced(
        uint256 indexed jobId, address indexed contributor, uint256 burntWei, uint256 refundWei
    );
    /// @notice A slot passed its deadline with nothing submitted. Also emitted at a job's end, for such slots.
    event SlotReleased(uint256 indexed jobId, address indexed contributor, uint256 burntWei);
    /// @notice Once for every paid contributor: at the job's end, or later where an appeal was won after it.
    /// `amountWei` is its share; its bond came back in the same payment.
    event JobCompleted(uint256 indexed jobId, address indexed contributor, uint256 amountWei);
    /// @notice Exactly once for every job. `refundWei` went to the requester, `feeWei` to the fee receiver.
    event JobClosed(
        uint256 indexed jobId, JobStatus status, string resultCid, uint256 refundWei, uint256 feeWei
    );
    /// @notice A pushed payment failed and waits for its receiver's {withdraw}.
    event PaymentDeferred(address indexed wallet, uint256 amountWei);
    event Withdrawn(address indexed wallet, uint256 amountWei);

    // Deployment
    error FeeTooHigh(uint16 feeBps, uint16 maxFeeBps);
    error InvalidFeeReceiver(address feeReceiver);

    // Terms
    error ContributorsOutOfRange(uint8 minContributors, uint8 maxContributors, uint8 limit);
    error BondTooHigh(uint16 bondBps, uint16 maxBondBps);
    error AcceptByOutOfRange(uint256 acceptBy, uint256 earliest, uint256 latest);
    error TrainingPeriodOutOfRange(uint256 seconds_, uint256 shortest, uint256 longest);
    error ReviewPeriodOutOfRange(uint256 seconds_, uint256 shortest, uint256 longest);
    error InvalidAggregator(address aggregator);
    error InvalidReferee(address referee);
    error StakeOutOfRange(uint256 stakeWei, uint256 smallest, uint256 largest);
    error CidLengthOutOfRange(uint256 length, uint256 longest);

    // Jobs
    error JobNotOpen(uint256 jobId, JobStatus status);
    error NotRequester(uint256 jobId, address caller);
    error NotAggregator(uint256 jobId, address caller);
    error NotReferee(uint256 jobId, address caller);

    // Slots
    error AcceptanceClosed(uint256 jobId, uint256 acceptBy);
    error PermitRequired(uint256 jobId);
    error InvalidPermit(uint256 jobId, address contributor);
    error AcceptanceExpired(uint256 jobId, address contributor, uint256 signedUntil);
    error InvalidAcceptance(uint256 jobId, address contributor);
    error RequesterCannotContribute(uint256 jobId, address requester);
    error AlreadyAccepted(uint256 jobId, address contributor);
    error NoFreeSlot(uint256 jobId);
    error WrongBond(uint256 jobId, uint256 bondWei, uint256 sentWei);
    error SlotNotAccepted(uint256 jobId, address contributor, SlotStatus status);
    error SlotNotSubmitted(uint256 jobId, address contributor, SlotStatus status);
    error DeadlinePassed(uint256 jobId, address contributor, uint256 deadline);
    error DeadlineNotPassed(uint256 jobId, address contributor, uint256 deadline);
    error NotSubmitter(uint256 jobId, address contributor, address caller);
    error InvalidSignature(uint256 jobId, address contributor);

    // Rejections
    error RejectionClosed(uint256 jobId, uint256 rejectBy);
    error RejectionNotPending(uint256 jobId, address contributor, SlotStatus status);
    error RejectionNotAppealed(uint256 jobId, address contributor, SlotStatus status);

    // Ends
    error SlotNotTaken(uint256 jobId, address contributor, SlotStatus status);
    error ContributorListedTwice(uint256 jobId, address contributor);
    error ContributorsMissing(uint256 jobId, uint32 listedSlots, uint32 takenSlots);
    error TooFewSubmissions(uint256 jobId, uint256 submissions, uint256 minContributors);
    error ReviewNotOver(uint256 jobId, uint256 reviewEnds);
    error AcceptanceStillOpen(uint256 jobId, uint256 acceptBy);
    error EnoughSubmissions(uint256 jobId, uint256 submissions, uint256 minContributors);
    error SlotsTaken(uint256 jobId, uint32 takenSlots);
    error NothingToWithdraw(address wallet);
    error WithdrawalFailed(address wallet, uint256 amountWei);

    /// @notice Opens a job whose stake is the value sent.
    /// @dev The stake must give every slot at least 1 wei; the periods and acceptBy must lie within the limits.
    /// @return jobId Numbers count from 1; nobody chooses one.
    function createJob(Terms calldata terms) external payable returns (uint256 jobId);

    /// @notice Takes the lowest free slot for the caller, who sends exactly the bond.
    /// @dev Open jobs for anybody, before acceptBy. Never the requester; a wallet once per job, also after its
    /// rejection or release. Who accepts must deliver before now + trainingPeriod or lose the bond.
    /// @param delegate Key that may submit and appeal for the caller, for example a training machine's; zero for none.
    /// @return slot The slot's number.
    function acceptJob(uint256 jobId, address delegate) external payable returns (uint8 slot);

    /// @notice As {acceptJob}, for a wallet that the requester approved. Needed where the terms are `permitOnly`.
    /// @param permit The requester's signature, EIP-712, over SlotPermit(uint256 jobId,address contributor) in the
    /// domain ("TrainChain", "2", chain, this contract); ECDSA, or EIP-1271 where the requester is a contract.
    function acceptJobWithPermit(uint256 jobId, address delegate, bytes calldata permit)
        external
        payable
        returns (uint8 slot);

    /// @notice As {acceptJob}, sent by anybody for a wallet that signed: one that holds no coin can take a slot of a job
    /// that asks for no bond.
    /// @dev Seats the wallet once, as every acceptance: what it signed is used up with the slot, also once that was
    /// rejected or released.
    /// @param signedUntil From this time (seconds since 1970) on the signature counts no more.
    /// @param signature The contributor's, EIP-712, over Acceptance(uint256 jobId,address contributor,address delegate,
    /// uint256 signedUntil) in the domain ("TrainChain", "2", chain, this contract); ECDSA, or EIP-1271 within 50,000
    /// gas where the wallet is a contract.
    /// @param permit As in {acceptJobWithPermit} where the terms are `permitOnly`; not looked at elsewhere.
    function acceptJobBySig(
        uint256 jobId,
        address contributor,
        address delegate,
        uint256 signedUntil,
        bytes calldata signature,
        bytes calldata permit
    ) external returns (uint8 slot);

    /// @notice Names, changes or (with zero) revokes the caller's delegate, as long as the caller may submit.
    function setDelegate(uint256 jobId, address delegate) external;

    /// @notice Delivers for `contributor`, whose bond stays until the verdict. For that wallet or its delegate.
    /// @dev Before the slot's deadline, once.
    function submitAdapter(uint256 jobId, address contributor, string calldata adapterCid) external;

    /// @notice As {submitAdapter}, sent by anybody with a signature of the contributor or its delegate.
    /// @param signature EIP-712 over Submission(uint256 jobId,address contributor,string adapterCid) in the
    /// domain ("TrainChain", "2", chain, this contract); ECDSA, or EIP-1271 where the signer is a contract, which
    /// has 50,000 gas for its answer. One that needs more calls {submitAdapter}.
    function submitAdapterBySig(
        uint256 jobId,
        address contributor,
        string calldata adapterCid,
        bytes calldata signature
    ) external;

    /// @notice Refuses a delivery. With a referee it may be appealed for a day, and the slot stays taken; without
    /// one it takes effect at once.
    /// @dev For the aggregator, while the job is open and before acceptBy + trainingPeriod + reviewPeriod, which is
    /// never earlier than a review's end. Once per delivery: what a referee reinstated cannot be refused again.
    /// @param reasonCid Content id of a document that says why.
    /// @param provable Whether anybody can check the reason by public data and the opened delivery. Only such a
    /// rejection can burn the bond.
    function rejectAdapter(uint256 jobId, address contributor, string calldata reasonCid, bool provable)
        external;

    /// @notice Asks the referee to decide about a rejection, within a day of it. For the wallet or its delegate.
    /// @param evidenceCid Content id of what the referee is to look at: the opened delivery, checkpoints to replay.
    function appealRejection(uint256 jobId, address contributor, string calldata evidenceCid) external;

    /// @notice Decides an appeal, within three days of it. For the referee.
    /// @dev A confirmed rejection takes effect at once, and burns the bond if it was called provable. An overturned
    /// one makes the delivery count again; in a job that has ended since, its share and bond are paid at once.
    /// @param reasonCid Content id of a document that says why.
    function ruleAppeal(uint256 jobId, address contributor, bool overturned, string calldata reasonCid)
        external;

    /// @notice Makes a rejection take effect that nobody appealed against within its day (a provable one burns the
    /// bond), or whose appeal the referee left undecided for three days (nothing is burned).
    /// @dev For anybody, also once the job has ended. The slot can be taken again until acceptBy.
    function enforceRejection(uint256 jobId, address contributor) external;

    /// @notice Frees the slot of a contributor that missed its deadline, and burns its bond.
    /// @dev For anybody. The slot can be taken again until acceptBy.
    function releaseSlot(uint256 jobId, address contributor) external;

    /// @notice Ends the job with a result and pays every delivery that was not rejected.
    /// @dev For the aggregator, once at least minContributors have delivered and nobody else still can. Deliveries
    /// whose rejection is pending or appealed do not count; their shares and bonds stay here until it is decided.
    /// @param contributors The wallets of all taken slots, in any order: those that delivered, those whose rejection
    /// has not taken effect, and those that missed their deadline (whose bonds are burned here). A slot left out or
    /// named twice is refused.
    function completeJob(uint256 jobId, string calldata resultCid, address[] calldata contributors) external;

    /// @notice Ends the job in the aggregator's stead and pays as {completeJob}.
    /// @dev For anybody, once the aggregator could have completed for a whole reviewPeriod: since the last
    /// submission, reinstatement or missed deadline, and, while deliveries are wanting, since acceptBy.
    /// @param contributors As in {completeJob}.
    function settleJob(uint256 jobId, address[] calldata contributors) external;

    /// @notice Ends a job whose minimum can no longer be reached: pays what was delivered, refunds the rest.
    /// @dev From acceptBy on, once no contributor can still deliver, and pending rejections, should they all be
    /// overturned, would not reach the minimum either: for anybody where nothing was delivered, else for the
    /// aggregator, and for anybody once it could have rejected for a whole reviewPeriod (as in {settleJob}). No fee
    /// is taken.
    /// @param contributors As in {completeJob}.
    function expireJob(uint256 jobId, address[] calldata contributors) external;

    /// @notice Ends a job none of whose slots is taken and refunds the whole stake.
    /// @dev For the requester. No fee is taken.
    function cancelJob(uint256 jobId) external;

    /// @notice Pays the caller what could not be pushed to it, with all the gas there is.
    function withdraw() external;

    /// @notice A job; status None for a number that was never given.
    function getJob(uint256 jobId) external view returns (Job memory);

    /// @notice A wallet's acceptance of a job; status None if there is none.
    function getSlot(uint256 jobId, address contributor) external view returns (Slot memory);

    /// @notice Number of jobs created; the last one's number.
    function jobCount() external view returns (uint256);

    /// @notice What could not be pushed to a wallet and waits for its {withdraw}.
    function withdrawableWei(address wallet) external view returns (uint256);

    /// @notice Fee of every job, in hundredths of a per cent of its stake; fixed at deployment.
    function feeBps() external view returns (uint16);

    /// @notice Who gets the fees; fixed at deployment.
    function feeReceiver() external view returns (address);
}
