// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTrainingV2} from "../../../src/AIModelTrainingV2.sol";
import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {
    ContractWallet,
    GasBurningWallet,
    ReenteringWallet,
    ReturnBombWallet,
    RevertingWallet
} from "../../receivers/Receivers.sol";

/// @notice Plays random histories of many jobs with honest and hostile wallets, and keeps books of its own.
/// Each function is one move by one party. After each, everybody's wealth (balance and what is owed) must have
/// changed by exactly what the rules say; the rules are written out here a second time, from the specification.
contract EscrowHandlerV2 {
    uint256 private constant MAX_OPEN_JOBS = 6;
    /// Wallets whose keys are known: they can sign permits for the jobs that they request, and acceptances.
    uint256 private constant SIGNERS = 4;
    uint16 private constant FEE_BPS = 700;
    string private constant CID = "bafkreicid";
    address private constant BURNT = 0x000000000000000000000000000000000000dEaD;

    AIModelTrainingV2 public immutable escrow;
    RevertingWallet public immutable feeReceiver = new RevertingWallet();
    ReenteringWallet public immutable reentering = new ReenteringWallet();
    /// Names of judges, delegates and callers that must never hold a coin.
    address public immutable aggregator = address(0xA66);
    address public immutable referee = address(0x4EF);
    address public immutable delegate = address(0xDE1);
    address public immutable stranger = address(0x574);

    struct BookedJob {
        address requester;
        IAIModelTrainingV2.Terms terms;
        uint256 stakeWei;
        IAIModelTrainingV2.JobStatus status;
        address[] acceptors;
    }

    struct BookedSlot {
        IAIModelTrainingV2.SlotStatus status;
        /// The deadline; once submitted, when that was; then the end of what may be done next, or when it was done.
        uint256 timestamp;
        bool provable;
    }

    mapping(uint256 jobId => BookedJob) private _books;
    mapping(uint256 jobId => mapping(address => BookedSlot)) private _slotBooks;
    /// Calls by which a relay took a slot: of no use ever again.
    mapping(uint256 jobId => mapping(address => bytes)) private _spentCalls;
    /// Jobs that are open, and ended ones with a rejection that has not taken effect.
    uint256[] private _live;
    /// All that may come to money. The last is the address of burned bonds, which never acts.
    address[] public wallets;
    /// Balance and what is owed, by wallet, as the rules have it.
    uint256[] private _wealthBooks;

    uint256 public moves;
    uint256 public idleMoves;
    mapping(string move => uint256) public played;

    error WealthDiffers(address wallet, uint256 actual, uint256 expected);
    error MoveFailed(string move, bytes reason);
    error BrokenRule(string rule);

    constructor() {
        escrow = new AIModelTrainingV2(FEE_BPS, address(feeReceiver));
        for (uint256 i = 0; i < SIGNERS; ++i) {
            wallets.push(vm.addr(_keyOf(i)));
        }
        wallets.push(address(new ContractWallet()));
        wallets.push(address(new RevertingWallet()));
        wallets.push(address(new GasBurningWallet()));
        wallets.push(address(new ReturnBombWallet()));
        wallets.push(address(reentering));
        wallets.push(address(feeReceiver));
        reentering.setAccepts(true);
        for (uint256 i = 0; i < wallets.length; ++i) {
            vm.deal(wallets[i], 1e30);
            _wealthBooks.push(1e30);
        }
        wallets.push(BURNT);
        _wealthBooks.push(0);
    }

    function walletCount() external view returns (uint256) {
        return wallets.length;
    }

    function liveJobs() external view returns (uint256[] memory) {
        return _live;
    }

    // ── Moves ───────────────────────────────────────────────────────────────────────────────────────────────

    function createJob(uint256 seed) public {
        if (_openJobs() >= MAX_OPEN_JOBS) return acceptJob(seed);
        address requester = _wallet(seed);
        uint8 most = uint8(_pick(seed, "most", 1, 6));
        IAIModelTrainingV2.Terms memory terms = IAIModelTrainingV2.Terms({
            kind: uint8(seed),
            minContributors: uint8(_pick(seed, "least", 1, most)),
            maxContributors: most,
            permitOnly: _indexOf(requester) < SIGNERS && _pick(seed, "permits", 0, 2) == 0,
            bondBps: uint16(seed % 3 == 0 ? 0 : _pick(seed, "bond", 1, 1_000)),
            acceptBy: uint40(block.timestamp + _pick(seed, "acceptBy", 1 hours, 4 days)),
            trainingPeriod: uint32(_pick(seed, "training", 1 hours, 1 days)),
            reviewPeriod: uint32(_pick(seed, "review", 1 minutes, 1 days)),
            aggregator: aggregator,
            referee: _pick(seed, "referee", 0, 3) == 0 ? address(0) : referee,
            specCid: CID
        });
        uint256 stakeWei = _pick(seed, "stake", 7, seed % 5 == 0 ? 100 : 1e20);
        int256[] memory deltas = new int256[](wallets.length);
        deltas[_indexOf(requester)] -= int256(stakeWei);

        uint256 jobId = abi.decode(
            _play("createJob", requester, stakeWei, abi.encodeCall(escrow.createJob, (terms)), deltas),
            (uint256)
        );

        BookedJob storage job = _books[jobId];
        job.status = IAIModelTrainingV2.JobStatus.Open;
        job.requester = requester;
        job.terms = terms;
        job.stakeWei = stakeWei;
        _live.push(jobId);
        _checkJob(jobId);
    }

    function acceptJob(uint256 seed) public {
        (uint256 jobId, address contributor) = _findNewcomer(seed);
        if (jobId == 0) return _idle();
        if (seed % 2 == 0 && _indexOf(contributor) < SIGNERS) return _acceptBySig(jobId, contributor);
        BookedJob storage job = _books[jobId];
        uint256 bondWei = _bondWei(jobId);
        int256[] memory deltas = new int256[](wallets.length);
        deltas[_indexOf(contributor)] -= int256(bondWei);

        bytes memory data = abi.encodeCall(escrow.acceptJob, (jobId, delegate));
        if (job.terms.permitOnly) {
            _mustFail(contributor, bondWei, data);
            bytes memory permit = _permit(jobId, contributor);
            data = abi.encodeCall(escrow.acceptJobWithPermit, (jobId, delegate, permit));
            _mustFail(stranger, bondWei, data);
        }
        _play("acceptJob", contributor, bondWei, data, deltas);
        _seat(jobId, contributor);
        // A wallet takes one slot of a job, ever.
        _mustFail(contributor, bondWei, data);
    }

    /// By its signature alone, where that costs no bond; a stranger relays, and no wealth moves.
    function _acceptBySig(uint256 jobId, address contributor) private {
        bool permitted = _books[jobId].terms.permitOnly;
        bytes memory permit = permitted ? _permit(jobId, contributor) : bytes("");
        bytes memory signature = _acceptance(jobId, contributor);
        bytes memory data = _relayedAcceptance(jobId, contributor, delegate, signature, permit);
        if (_bondWei(jobId) != 0) return _mustFail(stranger, 0, data);

        _mustFail(stranger, 0, _relayedAcceptance(jobId, contributor, stranger, signature, permit));
        _mustFail(stranger, 0, _relayedAcceptance(jobId, stranger, delegate, signature, permit));
        if (permitted) {
            _mustFail(stranger, 0, _relayedAcceptance(jobId, contributor, delegate, signature, ""));
        }
        _play("acceptJobBySig", stranger, 0, data, _nothing());
        _seat(jobId, contributor);
        _spentCalls[jobId][contributor] = data;
        _mustFail(stranger, 0, data);
        _mustFail(contributor, 0, abi.encodeCall(escrow.acceptJob, (jobId, delegate)));
    }

    function _relayedAcceptance(
        uint256 jobId,
        address contributor,
        address named,
        bytes memory signature,
        bytes memory permit
    ) private view returns (bytes memory) {
        return abi.encodeCall(
            escrow.acceptJobBySig, (jobId, contributor, named, type(uint256).max, signature, permit)
        );
    }

    function _seat(uint256 jobId, address contributor) private {
        BookedJob storage job = _books[jobId];
        job.acceptors.push(contributor);
        _book(
            jobId,
            contributor,
            IAIModelTrainingV2.SlotStatus.Accepted,
            block.timestamp + job.terms.trainingPeriod
        );
    }

    function submitAdapter(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canSubmit);
        if (jobId == 0) return acceptJob(seed);
        bytes memory data = abi.encodeCall(escrow.submitAdapter, (jobId, contributor, CID));
        _mustFail(stranger, 0, data);
        _play("submitAdapter", seed % 2 == 0 ? contributor : delegate, 0, data, _nothing());
        _book(jobId, contributor, IAIModelTrainingV2.SlotStatus.Submitted, block.timestamp);
        _mustFail(contributor, 0, data);
    }

    function setDelegate(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canSubmit);
        if (jobId == 0) return createJob(seed);
        bytes memory data = abi.encodeCall(escrow.setDelegate, (jobId, delegate));
        _play("setDelegate", contributor, 0, data, _nothing());
        _checkJob(jobId);
    }

    function rejectAdapter(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canReject);
        // Most deliveries are good.
        if (jobId == 0 || seed % 3 != 0) return submitAdapter(seed);
        bool provable = seed % 2 == 0;
        bytes memory data = abi.encodeCall(escrow.rejectAdapter, (jobId, contributor, CID, provable));
        _mustFail(referee, 0, data);
        if (_books[jobId].terms.referee == address(0)) {
            _reject("rejectAdapter, no referee", jobId, contributor, aggregator, data, false);
        } else {
            _play("rejectAdapter", aggregator, 0, data, _nothing());
            _slotBooks[jobId][contributor].provable = provable;
            _book(
                jobId, contributor, IAIModelTrainingV2.SlotStatus.RejectionPending, block.timestamp + 1 days
            );
        }
        _mustFail(aggregator, 0, data);
    }

    function appealRejection(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canAppeal);
        if (jobId == 0 || seed % 3 == 0) return rejectAdapter(seed);
        bytes memory data = abi.encodeCall(escrow.appealRejection, (jobId, contributor, CID));
        _mustFail(stranger, 0, data);
        _mustFail(stranger, 0, abi.encodeCall(escrow.enforceRejection, (jobId, contributor)));
        _play("appealRejection", seed % 2 == 0 ? contributor : delegate, 0, data, _nothing());
        _book(jobId, contributor, IAIModelTrainingV2.SlotStatus.RejectionAppealed, block.timestamp + 3 days);
        _mustFail(contributor, 0, data);
    }

    function ruleAppeal(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canRule);
        if (jobId == 0 || seed % 3 == 0) return appealRejection(seed);
        bool overturned = seed % 2 == 0;
        bytes memory data = abi.encodeCall(escrow.ruleAppeal, (jobId, contributor, overturned, CID));
        _mustFail(aggregator, 0, data);
        _mustFail(stranger, 0, abi.encodeCall(escrow.enforceRejection, (jobId, contributor)));
        _arm(data);
        if (overturned) _reinstate(jobId, contributor, data);
        else _reject("ruleAppeal, confirmed", jobId, contributor, referee, data, true);
        _mustFail(referee, 0, data);
    }

    function enforceRejection(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _canEnforce);
        if (jobId == 0) return appealRejection(seed);
        bytes memory data = abi.encodeCall(escrow.enforceRejection, (jobId, contributor));
        _arm(data);
        bool appealed =
            _slotBooks[jobId][contributor].status == IAIModelTrainingV2.SlotStatus.RejectionAppealed;
        string memory move = appealed ? "enforceRejection, silent referee" : "enforceRejection, no appeal";
        _reject(move, jobId, contributor, stranger, data, !appealed);
        _mustFail(stranger, 0, data);
    }

    function releaseSlot(uint256 seed) public {
        (uint256 jobId, address contributor) = _find(seed, _isOverdue);
        if (jobId == 0) return travel(seed);
        bytes memory data = abi.encodeCall(escrow.releaseSlot, (jobId, contributor));
        int256[] memory deltas = _nothing();
        deltas[_indexOf(BURNT)] += int256(_bondWei(jobId));
        _play("releaseSlot", stranger, 0, data, deltas);
        BookedSlot storage slot = _slotBooks[jobId][contributor];
        _book(jobId, contributor, IAIModelTrainingV2.SlotStatus.Released, slot.timestamp);
        _mustFail(stranger, 0, data);
        _mustFail(stranger, 0, _spentCalls[jobId][contributor]);
    }

    function completeJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTrainingV2.JobStatus.Completed);
        if (jobId == 0) return submitAdapter(seed);
        bytes memory data = abi.encodeCall(escrow.completeJob, (jobId, CID, taken(jobId)));
        _mustFail(referee, 0, data);
        _close("completeJob", jobId, aggregator, IAIModelTrainingV2.JobStatus.Completed, data);
    }

    function settleJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTrainingV2.JobStatus.Settled);
        if (jobId == 0) return submitAdapter(seed);
        bytes memory data = abi.encodeCall(escrow.settleJob, (jobId, taken(jobId)));
        _close("settleJob", jobId, stranger, IAIModelTrainingV2.JobStatus.Settled, data);
    }

    function expireJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTrainingV2.JobStatus.Expired);
        if (jobId == 0) return acceptJob(seed);
        bytes memory data = abi.encodeCall(escrow.expireJob, (jobId, taken(jobId)));
        (uint256 paid,,) = _tally(jobId);
        bool anybody = paid == 0 || block.timestamp >= _reviewEnds(jobId);
        address caller = anybody ? stranger : aggregator;
        _close("expireJob", jobId, caller, IAIModelTrainingV2.JobStatus.Expired, data);
    }

    function cancelJob(uint256 seed) public {
        uint256 jobId = _findJob(seed, IAIModelTrainingV2.JobStatus.Cancelled);
        if (jobId == 0 || seed % 4 != 0) return createJob(seed);
        bytes memory data = abi.encodeCall(escrow.cancelJob, (jobId));
        _mustFail(aggregator, 0, data);
        address requester = _books[jobId].requester;
        _close("cancelJob", jobId, requester, IAIModelTrainingV2.JobStatus.Cancelled, data);
    }

    function withdraw(uint256 seed) public {
        for (uint256 i = 0; i < wallets.length; ++i) {
            address wallet = _wallet(seed % 1e9 + i);
            if (escrow.withdrawableWei(wallet) == 0 || !_canReceive(wallet)) continue;
            bytes memory data = abi.encodeCall(escrow.withdraw, ());
            _play("withdraw", wallet, 0, data, _nothing());
            _mustFail(wallet, 0, data);
            return;
        }
        acceptJob(seed);
    }

    /// The fee receiver and another wallet change their minds about receiving.
    function changeMind(uint256 seed) public {
        feeReceiver.setAccepts(seed % 2 == 0);
        RevertingWallet(payable(wallets[5])).setAccepts(seed % 3 == 0);
        submitAdapter(seed);
    }

    function travel(uint256 seed) public {
        vm.warp(block.timestamp + _pick(seed, "travel", 1, 12 hours));
        ++moves;
    }

    // ── Ends ────────────────────────────────────────────────────────────────────────────────────────────────

    /// A rejection takes effect: the bond is burned or returned, and an ended job's share refunded.
    function _reject(
        string memory move,
        uint256 jobId,
        address contributor,
        address caller,
        bytes memory data,
        bool burnsIfProvable
    ) private {
        BookedJob storage job = _books[jobId];
        BookedSlot storage slot = _slotBooks[jobId][contributor];
        bool isOpen = job.status == IAIModelTrainingV2.JobStatus.Open;
        address bondGoesTo = burnsIfProvable && slot.provable ? BURNT : contributor;
        int256[] memory deltas = _nothing();
        deltas[_indexOf(bondGoesTo)] += int256(_bondWei(jobId));
        if (!isOpen) deltas[_indexOf(job.requester)] += int256(_shareWei(jobId));

        _play(move, caller, 0, data, deltas);

        bool atOnce = slot.status == IAIModelTrainingV2.SlotStatus.Submitted;
        _book(
            jobId,
            contributor,
            IAIModelTrainingV2.SlotStatus.Rejected,
            atOnce ? block.timestamp : slot.timestamp
        );
        _mustFail(stranger, 0, _spentCalls[jobId][contributor]);
        _retire(jobId);
    }

    /// A rejection is overturned: nothing moves in an open job, share and bond in an ended one.
    function _reinstate(uint256 jobId, address contributor, bytes memory data) private {
        bool isOpen = _books[jobId].status == IAIModelTrainingV2.JobStatus.Open;
        int256[] memory deltas = _nothing();
        if (!isOpen) deltas[_indexOf(contributor)] += int256(_shareWei(jobId) + _bondWei(jobId));

        _play("ruleAppeal, overturned", referee, 0, data, deltas);

        _book(jobId, contributor, IAIModelTrainingV2.SlotStatus.Reinstated, block.timestamp);
        _retire(jobId);
    }

    /// Ends a job and checks every wallet's part of it against the specification.
    function _close(
        string memory move,
        uint256 jobId,
        address caller,
        IAIModelTrainingV2.JobStatus status,
        bytes memory data
    ) private {
        _arm(data);
        _play(move, caller, 0, data, _closingDeltas(jobId, status));

        _books[jobId].status = status;
        _checkJob(jobId);
        _mustFail(caller, 0, data);
        _retire(jobId);
    }

    /// What the specification gives each wallet when a job ends.
    function _closingDeltas(uint256 jobId, IAIModelTrainingV2.JobStatus status)
        private
        view
        returns (int256[] memory deltas)
    {
        BookedJob storage job = _books[jobId];
        (uint256 paid, uint256 contested, uint256 overdue) = _tally(jobId);
        uint256 feeWei = status >= IAIModelTrainingV2.JobStatus.Expired ? 0 : job.stakeWei * FEE_BPS / 10_000;

        deltas = new int256[](wallets.length);
        deltas[
            _indexOf(job.requester)
        ] += int256(job.stakeWei - feeWei - _shareWei(jobId) * (paid + contested));
        deltas[_indexOf(address(feeReceiver))] += int256(feeWei);
        deltas[_indexOf(BURNT)] += int256(_bondWei(jobId) * overdue);
        for (uint256 i = 0; i < job.acceptors.length; ++i) {
            address acceptor = job.acceptors[i];
            if (!_isPayable(_slotBooks[jobId][acceptor].status)) continue;
            deltas[_indexOf(acceptor)] += int256(_shareWei(jobId) + _bondWei(jobId));
        }
    }

    /// Brings every job and every rejection to an end by a stranger alone, at the last moment that the manual names,
    /// after everybody else stopped acting.
    function endEverythingAlone() external {
        for (uint256 i = 0; i < _live.length; ++i) {
            IAIModelTrainingV2.Terms storage terms = _books[_live[i]].terms;
            uint256 last =
                uint256(terms.acceptBy) + terms.trainingPeriod + 2 * uint256(terms.reviewPeriod) + 4 days;
            if (last > block.timestamp) vm.warp(last);
        }
        while (_live.length != 0) {
            uint256 jobId = _live[0];
            _enforceAll(jobId);
            if (_books[jobId].status != IAIModelTrainingV2.JobStatus.Open) continue;
            (uint256 paid,,) = _tally(jobId);
            if (paid >= _books[jobId].terms.minContributors) {
                bytes memory settle = abi.encodeCall(escrow.settleJob, (jobId, taken(jobId)));
                _close("settleJob", jobId, stranger, IAIModelTrainingV2.JobStatus.Settled, settle);
            } else {
                bytes memory expire = abi.encodeCall(escrow.expireJob, (jobId, taken(jobId)));
                _close("expireJob", jobId, stranger, IAIModelTrainingV2.JobStatus.Expired, expire);
            }
        }
    }

    function _enforceAll(uint256 jobId) private {
        address[] memory acceptors = _books[jobId].acceptors;
        for (uint256 i = 0; i < acceptors.length; ++i) {
            IAIModelTrainingV2.SlotStatus status = _slotBooks[jobId][acceptors[i]].status;
            if (!_isContested(status)) continue;
            bool appealed = status == IAIModelTrainingV2.SlotStatus.RejectionAppealed;
            bytes memory data = abi.encodeCall(escrow.enforceRejection, (jobId, acceptors[i]));
            _reject("enforceRejection, at the end", jobId, acceptors[i], stranger, data, !appealed);
        }
    }

    // ── Books ───────────────────────────────────────────────────────────────────────────────────────────────

    /// Plays a move that must succeed and leave every wallet with the wealth that the books have after it.
    function _play(
        string memory move,
        address caller,
        uint256 valueWei,
        bytes memory data,
        int256[] memory deltas
    ) private returns (bytes memory) {
        vm.prank(caller);
        (bool done, bytes memory result) = address(escrow).call{value: valueWei}(data);
        if (!done) revert MoveFailed(move, result);
        for (uint256 i = 0; i < wallets.length; ++i) {
            if (deltas[i] != 0) _wealthBooks[i] = uint256(int256(_wealthBooks[i]) + deltas[i]);
            uint256 actual = wallets[i].balance + escrow.withdrawableWei(wallets[i]);
            if (actual != _wealthBooks[i]) revert WealthDiffers(wallets[i], actual, _wealthBooks[i]);
        }
        ++moves;
        ++played[move];
        return result;
    }

    function _mustFail(address caller, uint256 valueWei, bytes memory data) private {
        vm.deal(stranger, caller == stranger ? valueWei : 0);
        vm.prank(caller);
        (bool done,) = address(escrow).call{value: valueWei}(data);
        if (done) revert BrokenRule("a move that the rules forbid succeeded");
        vm.deal(stranger, 0);
    }

    function _book(
        uint256 jobId,
        address contributor,
        IAIModelTrainingV2.SlotStatus status,
        uint256 timestamp
    ) private {
        BookedSlot storage slot = _slotBooks[jobId][contributor];
        (slot.status, slot.timestamp) = (status, timestamp);
        _checkJob(jobId);
    }

    /// An ended job none of whose rejections waits any more is over.
    function _retire(uint256 jobId) private {
        if (_holdsWei(jobId) != 0 || _books[jobId].status == IAIModelTrainingV2.JobStatus.Open) return;
        for (uint256 i = 0; i < _live.length; ++i) {
            if (_live[i] != jobId) continue;
            _live[i] = _live[_live.length - 1];
            _live.pop();
            return;
        }
    }

    /// Terms never change, slots are what the books say, and the job's and its slots' statuses too.
    function _checkJob(uint256 jobId) private view {
        IAIModelTrainingV2.Job memory job = escrow.getJob(jobId);
        BookedJob storage booked = _books[jobId];
        _checkTerms(job, booked);
        if (job.shareWei != _shareWei(jobId) || job.bondWei != _bondWei(jobId)) {
            revert BrokenRule("share and bond follow from the terms");
        }
        if (job.status != booked.status) revert BrokenRule("a job's status moves only as booked");
        uint32 slots = 0;
        for (uint256 i = 0; i < booked.acceptors.length; ++i) {
            IAIModelTrainingV2.Slot memory slot = escrow.getSlot(jobId, booked.acceptors[i]);
            BookedSlot storage bookedSlot = _slotBooks[jobId][booked.acceptors[i]];
            if (slot.status != bookedSlot.status || slot.timestamp != bookedSlot.timestamp) {
                revert BrokenRule("a slot's status and times move only as booked");
            }
            if (!_isLive(slot.status)) continue;
            if (slots & (uint32(1) << slot.index) != 0) revert BrokenRule("a slot has one wallet");
            slots |= uint32(1) << slot.index;
        }
        if (job.status == IAIModelTrainingV2.JobStatus.Open && slots != job.takenSlots) {
            revert BrokenRule("taken slots are the live ones");
        }
        if (escrow.getSlot(jobId, booked.requester).status != IAIModelTrainingV2.SlotStatus.None) {
            revert BrokenRule("the requester holds no slot");
        }
    }

    function _checkTerms(IAIModelTrainingV2.Job memory job, BookedJob storage booked) private view {
        IAIModelTrainingV2.Terms storage terms = booked.terms;
        bool same = job.requester == booked.requester && job.aggregator == terms.aggregator
            && job.referee == terms.referee && job.stakeWei == booked.stakeWei
            && job.permitOnly == terms.permitOnly && job.minContributors == terms.minContributors
            && job.maxContributors == terms.maxContributors && job.acceptBy == terms.acceptBy
            && job.trainingPeriod == terms.trainingPeriod && job.reviewPeriod == terms.reviewPeriod
            && job.specDigest == bytes5(keccak256(bytes(CID)));
        if (!same) revert BrokenRule("terms never change");
    }

    /// Wallets of the taken slots, as the ends of a job want them listed.
    function taken(uint256 jobId) public view returns (address[] memory contributors) {
        address[] storage acceptors = _books[jobId].acceptors;
        uint256 count;
        contributors = new address[](acceptors.length);
        for (uint256 i = 0; i < acceptors.length; ++i) {
            if (_isLive(_slotBooks[jobId][acceptors[i]].status)) contributors[count++] = acceptors[i];
        }
        assembly ("memory-safe") {
            mstore(contributors, count)
        }
    }

    /// What the books say the contract holds, but for what is owed.
    function heldWei() external view returns (uint256 total) {
        for (uint256 i = 0; i < _live.length; ++i) {
            total += _holdsWei(_live[i]);
        }
    }

    /// An open job holds its stake and a bond for each live slot; an ended one a share and a bond for each contested.
    function _holdsWei(uint256 jobId) private view returns (uint256) {
        (uint256 paid, uint256 contested, uint256 accepted) = _tally(jobId);
        if (_books[jobId].status != IAIModelTrainingV2.JobStatus.Open) {
            return contested * (_shareWei(jobId) + _bondWei(jobId));
        }
        return _books[jobId].stakeWei + (paid + contested + accepted) * _bondWei(jobId);
    }

    /// The same by the contract's own storage.
    function recountHeldWei() external view returns (uint256 total) {
        for (uint256 i = 0; i < _live.length; ++i) {
            IAIModelTrainingV2.Job memory job = escrow.getJob(_live[i]);
            bool isOpen = job.status == IAIModelTrainingV2.JobStatus.Open;
            if (isOpen) total += job.stakeWei;
            address[] storage acceptors = _books[_live[i]].acceptors;
            for (uint256 j = 0; j < acceptors.length; ++j) {
                IAIModelTrainingV2.SlotStatus status = escrow.getSlot(_live[i], acceptors[j]).status;
                if (isOpen && _isLive(status)) total += job.bondWei;
                if (!isOpen && _isContested(status)) total += job.bondWei + job.shareWei;
            }
        }
    }

    function _shareWei(uint256 jobId) private view returns (uint256) {
        BookedJob storage job = _books[jobId];
        return (job.stakeWei - job.stakeWei * FEE_BPS / 10_000) / job.terms.maxContributors;
    }

    function _bondWei(uint256 jobId) private view returns (uint256) {
        return _shareWei(jobId) * _books[jobId].terms.bondBps / 10_000;
    }

    function _tally(uint256 jobId) private view returns (uint256 paid, uint256 contested, uint256 accepted) {
        address[] storage acceptors = _books[jobId].acceptors;
        for (uint256 i = 0; i < acceptors.length; ++i) {
            IAIModelTrainingV2.SlotStatus status = _slotBooks[jobId][acceptors[i]].status;
            if (_isPayable(status)) ++paid;
            if (_isContested(status)) ++contested;
            if (status == IAIModelTrainingV2.SlotStatus.Accepted) ++accepted;
        }
    }

    function _isPayable(IAIModelTrainingV2.SlotStatus status) private pure returns (bool) {
        return status == IAIModelTrainingV2.SlotStatus.Submitted
            || status == IAIModelTrainingV2.SlotStatus.Reinstated;
    }

    function _isContested(IAIModelTrainingV2.SlotStatus status) private pure returns (bool) {
        return status == IAIModelTrainingV2.SlotStatus.RejectionPending
            || status == IAIModelTrainingV2.SlotStatus.RejectionAppealed;
    }

    function _isLive(IAIModelTrainingV2.SlotStatus status) private pure returns (bool) {
        return _isPayable(status) || _isContested(status) || status == IAIModelTrainingV2.SlotStatus.Accepted;
    }

    function _canReceive(address wallet) private view returns (bool) {
        if (wallet == address(feeReceiver) || wallet == wallets[5]) {
            return RevertingWallet(payable(wallet)).accepts();
        }
        return wallet != wallets[6] && wallet != wallets[7];
    }

    /// The re-entering wallet will repeat the move in the middle of it.
    function _arm(bytes memory data) private {
        reentering.arm(address(escrow), data);
    }

    function _nothing() private view returns (int256[] memory) {
        return new int256[](wallets.length);
    }

    function _idle() private {
        ++moves;
        ++idleMoves;
    }

    // ── Signatures ──────────────────────────────────────────────────────────────────────────────────────────

    function _keyOf(uint256 index) private pure returns (uint256) {
        return 0xE0A000 + index;
    }

    function _permit(uint256 jobId, address contributor) private view returns (bytes memory) {
        bytes32 permit = keccak256(
            abi.encode(keccak256("SlotPermit(uint256 jobId,address contributor)"), jobId, contributor)
        );
        return _sign(_books[jobId].requester, permit);
    }

    /// An acceptance that names the delegate and counts for ever.
    function _acceptance(uint256 jobId, address contributor) private view returns (bytes memory) {
        bytes32 acceptance = keccak256(
            abi.encode(
                keccak256(
                    "Acceptance(uint256 jobId,address contributor,address delegate,uint256 signedUntil)"
                ),
                jobId,
                contributor,
                delegate,
                type(uint256).max
            )
        );
        return _sign(contributor, acceptance);
    }

    function _sign(address signer, bytes32 message) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("TrainChain"),
                keccak256("2"),
                block.chainid,
                address(escrow)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(_keyOf(_indexOf(signer)), keccak256(abi.encodePacked("\x19\x01", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    // ── Choice ──────────────────────────────────────────────────────────────────────────────────────────────

    /// A wallet that accepted some live job, and fits.
    function _find(uint256 seed, function(uint256, address) view returns (bool) fits)
        private
        view
        returns (uint256, address)
    {
        for (uint256 i = 0; i < _live.length; ++i) {
            uint256 jobId = _live[(seed % 1e9 + i) % _live.length];
            address[] storage acceptors = _books[jobId].acceptors;
            for (uint256 j = 0; j < acceptors.length; ++j) {
                address wallet = acceptors[(seed / 1e9 + j) % acceptors.length];
                if (fits(jobId, wallet)) return (jobId, wallet);
            }
        }
        return (0, address(0));
    }

    /// A wallet that may accept some open job.
    function _findNewcomer(uint256 seed) private view returns (uint256, address) {
        for (uint256 i = 0; i < _live.length; ++i) {
            uint256 jobId = _live[(seed % 1e9 + i) % _live.length];
            BookedJob storage job = _books[jobId];
            bool full = taken(jobId).length == job.terms.maxContributors;
            if (!_isOpen(jobId) || full || block.timestamp >= job.terms.acceptBy) continue;
            for (uint256 j = 0; j < wallets.length - 1; ++j) {
                address wallet = _wallet(seed / 1e9 + j);
                bool isNew = _slotBooks[jobId][wallet].status == IAIModelTrainingV2.SlotStatus.None;
                if (isNew && wallet != job.requester) return (jobId, wallet);
            }
        }
        return (0, address(0));
    }

    function _isOpen(uint256 jobId) private view returns (bool) {
        return _books[jobId].status == IAIModelTrainingV2.JobStatus.Open;
    }

    function _openJobs() private view returns (uint256 count) {
        for (uint256 i = 0; i < _live.length; ++i) {
            if (_isOpen(_live[i])) ++count;
        }
    }

    function _is(uint256 jobId, address wallet, IAIModelTrainingV2.SlotStatus status)
        private
        view
        returns (bool)
    {
        return _slotBooks[jobId][wallet].status == status;
    }

    function _isDue(uint256 jobId, address wallet) private view returns (bool) {
        return block.timestamp >= _slotBooks[jobId][wallet].timestamp;
    }

    function _canSubmit(uint256 jobId, address wallet) private view returns (bool) {
        return _is(jobId, wallet, IAIModelTrainingV2.SlotStatus.Accepted) && !_isDue(jobId, wallet);
    }

    function _isOverdue(uint256 jobId, address wallet) private view returns (bool) {
        return
            _isOpen(jobId) && _is(jobId, wallet, IAIModelTrainingV2.SlotStatus.Accepted)
                && _isDue(jobId, wallet);
    }

    function _canReject(uint256 jobId, address wallet) private view returns (bool) {
        IAIModelTrainingV2.Terms storage terms = _books[jobId].terms;
        return _isOpen(jobId) && _is(jobId, wallet, IAIModelTrainingV2.SlotStatus.Submitted)
            && block.timestamp < uint256(terms.acceptBy) + terms.trainingPeriod + terms.reviewPeriod;
    }

    function _canAppeal(uint256 jobId, address wallet) private view returns (bool) {
        return _is(jobId, wallet, IAIModelTrainingV2.SlotStatus.RejectionPending) && !_isDue(jobId, wallet);
    }

    function _canRule(uint256 jobId, address wallet) private view returns (bool) {
        return _is(jobId, wallet, IAIModelTrainingV2.SlotStatus.RejectionAppealed) && !_isDue(jobId, wallet);
    }

    function _canEnforce(uint256 jobId, address wallet) private view returns (bool) {
        return _isContested(_slotBooks[jobId][wallet].status) && _isDue(jobId, wallet);
    }

    /// An open job that this end is allowed for.
    function _findJob(uint256 seed, IAIModelTrainingV2.JobStatus end) private view returns (uint256) {
        for (uint256 i = 0; i < _live.length; ++i) {
            uint256 jobId = _live[(seed % 1e9 + i) % _live.length];
            if (_isOpen(jobId) && _mayEnd(jobId, end)) return jobId;
        }
        return 0;
    }

    function _mayEnd(uint256 jobId, IAIModelTrainingV2.JobStatus end) private view returns (bool) {
        IAIModelTrainingV2.Terms storage terms = _books[jobId].terms;
        address[] memory contributors = taken(jobId);
        if (end == IAIModelTrainingV2.JobStatus.Cancelled) return contributors.length == 0;
        for (uint256 i = 0; i < contributors.length; ++i) {
            if (_canSubmit(jobId, contributors[i])) return false;
        }
        (uint256 paid, uint256 contested,) = _tally(jobId);
        bool enough = paid >= terms.minContributors;
        if (end == IAIModelTrainingV2.JobStatus.Completed) return enough;
        if (end == IAIModelTrainingV2.JobStatus.Expired) {
            return paid + contested < terms.minContributors && block.timestamp >= terms.acceptBy;
        }
        return enough && block.timestamp >= _reviewEnds(jobId);
    }

    /// From when on anybody may end a job in which nobody can still submit.
    function _reviewEnds(uint256 jobId) private view returns (uint256) {
        IAIModelTrainingV2.Terms storage terms = _books[jobId].terms;
        address[] memory contributors = taken(jobId);
        uint256 from;
        for (uint256 i = 0; i < contributors.length; ++i) {
            BookedSlot storage slot = _slotBooks[jobId][contributors[i]];
            if (!_isContested(slot.status) && slot.timestamp > from) from = slot.timestamp;
        }
        (uint256 paid,,) = _tally(jobId);
        if (paid < terms.maxContributors && terms.acceptBy > from) from = terms.acceptBy;
        return from + terms.reviewPeriod;
    }

    /// One that acts.
    function _wallet(uint256 seed) private view returns (address) {
        return wallets[seed % (wallets.length - 1)];
    }

    function _indexOf(address wallet) private view returns (uint256 index) {
        while (wallets[index] != wallet) ++index;
    }

    function _pick(uint256 seed, string memory what, uint256 low, uint256 high)
        private
        pure
        returns (uint256)
    {
        return low + uint256(keccak256(abi.encode(seed, what))) % (high - low + 1);
    }
}
